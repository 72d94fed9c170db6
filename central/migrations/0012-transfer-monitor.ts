import type { Kysely } from 'kysely';
import { createTransferUrgeTable, indexTransfersForMonitor } from '../transfer/table.ts';

/** 跨省转学监控 and 催办 of the ministry. */
export async function up(db: Kysely<any>): Promise<void> {
  await createTransferUrgeTable(db);
  await indexTransfersForMonitor(db);
}
