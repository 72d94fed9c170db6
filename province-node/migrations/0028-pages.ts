import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * The review lists of a bureau, sorted by name or narrowed by 查重认证状态 (registration/matching.ts): what each of thousands is
 * called, without its row.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create index registration_under_way on registration (schoolId, id, name, checkState, createdAt)
    where state = 'in-review'`.execute(db);
}
