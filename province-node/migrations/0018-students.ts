import type { Kysely } from 'kysely';
import { createRecalledTable, indexStudentList } from '../student/table.ts';

/** 学生信息查询 of a school, of an area and of the whole province; records that a restore set back. */
export async function up(db: Kysely<any>): Promise<void> {
  await indexStudentList(db);
  await createRecalledTable(db);
}
