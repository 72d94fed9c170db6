import type { Kysely } from 'kysely';
import { addAlarmHandling } from '../../shared/messaging/tables.ts';

/** Alarms of the link are settled by a person with a remark; the list of messages laid aside. */
export async function up(db: Kysely<any>): Promise<void> {
  await addAlarmHandling(db);
}
