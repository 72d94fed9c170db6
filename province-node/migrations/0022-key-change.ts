import type { Kysely } from 'kysely';
import { createEndedClaimTable } from '../identity/table.ts';
import { createKeyChangeTables } from '../key-change/table.ts';

/** Key-data changes, and the claims that they end. */
export async function up(db: Kysely<any>): Promise<void> {
  await createKeyChangeTables(db);
  await createEndedClaimTable(db);
}
