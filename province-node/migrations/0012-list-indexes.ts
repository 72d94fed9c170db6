import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { indexAuditByTitle } from '../../shared/audit/table.ts';

/**
 * What the lists of areas are counted and read from in a province with millions of pupils (P7). 学籍注册查询 of a school,
 * and so of a county's hundreds and a city's: all that conditions ask for, without a look at the row. Of a whole province:
 * the few of another category, and of another kind, as those of another state have theirs. 操作日志 by action.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema.dropIndex('registration_school').execute();
  await sql`create index registration_school on registration
    ("schoolId", state, "createdAt", id, "checkState", kind, category, name)`.execute(db);
  await sql`create index registration_category on registration
    (category, "createdAt", id, "schoolId", state, "checkState", kind) where category <> 'resident'`.execute(db);
  await sql`create index registration_kind on registration
    (kind, "createdAt", id, "schoolId", state, "checkState", category) where kind <> 'primary-entrant'`.execute(db);
  await indexAuditByTitle(db);
}
