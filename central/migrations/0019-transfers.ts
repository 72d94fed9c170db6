import type { Kysely } from 'kysely';
import { createTransferReminderTable } from '../transfer/table.ts';

/** 办理期限提醒: what the units were reminded of, once each. */
export async function up(db: Kysely<any>): Promise<void> {
  await createTransferReminderTable(db);
}
