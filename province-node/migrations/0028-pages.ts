import type { Kysely } from 'kysely';
import { indexRegistrationsUnderWay } from '../registration/table.ts';

/** The review lists of a bureau, sorted by name or narrowed by 查重认证状态: what each of thousands is called, without its row. */
export async function up(db: Kysely<any>): Promise<void> {
  await indexRegistrationsUnderWay(db);
}
