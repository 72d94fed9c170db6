import type { Kysely } from 'kysely';
import { indexStudentList } from '../student/table.ts';

/** 学生信息查询 of a school, of an area and of the whole province. */
export async function up(db: Kysely<any>): Promise<void> {
  await indexStudentList(db);
}
