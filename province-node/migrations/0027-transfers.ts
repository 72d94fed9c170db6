import type { Kysely } from 'kysely';
import { keepPromises } from '../hand-over/table.ts';
import { keepRemindersAndFaults } from '../transfer/table.ts';

/** 办理期限提醒 and 调档未成 of the unified platform on the home page of the unit; what a package is to hold. */
export async function up(db: Kysely<any>): Promise<void> {
  await keepRemindersAndFaults(db);
  await keepPromises(db);
}
