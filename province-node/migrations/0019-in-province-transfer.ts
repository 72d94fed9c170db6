import type { Kysely } from 'kysely';
import { createInProvinceTables } from '../in-province-transfer/table.ts';

/** Transfers within the province. */
export async function up(db: Kysely<any>): Promise<void> {
  await createInProvinceTables(db);
}
