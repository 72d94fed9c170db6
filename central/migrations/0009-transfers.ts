import type { Kysely } from 'kysely';
import { addOtherOrg, createChainTables, indexApplicationsByOrg, keepMenders } from '../../shared/chain/table.ts';
import { createEvidenceTable } from '../../shared/evidence/table.ts';
import { keepCauses } from '../../shared/messaging/tables.ts';
import { createTransferTables } from '../transfer/table.ts';

/** The unified platform (统一平台): cross-province transfers, decided at the hub, and the hand-over of the records. */
export async function up(db: Kysely<any>): Promise<void> {
  await createChainTables(db);
  await keepMenders(db);
  await indexApplicationsByOrg(db);
  await keepCauses(db);
  await addOtherOrg(db);
  await createEvidenceTable(db);
  await createTransferTables(db);
}
