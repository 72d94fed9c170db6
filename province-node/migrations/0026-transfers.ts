import type { Kysely } from 'kysely';
import { keepReminders } from '../transfer/table.ts';

/** 办理期限提醒 of the unified platform, on the home page of the unit. */
export async function up(db: Kysely<any>): Promise<void> {
  await keepReminders(db);
}
