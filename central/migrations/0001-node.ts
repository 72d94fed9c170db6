import type { Kysely } from 'kysely';
import { createAccountTables } from '../../shared/account/table.ts';
import { createAuditTables } from '../../shared/audit/table.ts';
import { createTaskTables } from '../../shared/jobs/table.ts';
import { createMessagingTables } from '../../shared/messaging/tables.ts';
import { createOrgTables } from '../../shared/org/table.ts';

/** What every node has: orgs, accounts and sessions, the audit log, tasks, messages. */
export async function up(db: Kysely<any>): Promise<void> {
  await createOrgTables(db);
  await createAccountTables(db);
  await createAuditTables(db);
  await createTaskTables(db);
  await createMessagingTables(db);
}
