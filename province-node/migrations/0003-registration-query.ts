import type { Kysely } from 'kysely';
import { indexRegistrations } from '../registration/table.ts';

/** 学籍注册查询 at city and province: the state beside the registration, and the indexes of its conditions. */
export async function up(db: Kysely<any>): Promise<void> {
  await indexRegistrations(db);
}
