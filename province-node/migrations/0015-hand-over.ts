import type { Kysely } from 'kysely';
import { addOtherOrg } from '../../shared/chain/table.ts';
import { keepCauses } from '../../shared/messaging/tables.ts';
import { createHandOverTables } from '../hand-over/table.ts';
import { addCustody } from '../student/table.ts';
import { createTransferCaseTable } from '../transfer/table.ts';

/** Records that are handed over to other provinces, and come from them. */
export async function up(db: Kysely<any>): Promise<void> {
  await keepCauses(db);
  await addOtherOrg(db);
  await addCustody(db);
  await createHandOverTables(db);
  await createTransferCaseTable(db);
}
