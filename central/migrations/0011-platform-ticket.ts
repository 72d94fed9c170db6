import type { Kysely } from 'kysely';
import { createUsedTicketTables } from '../platform-ticket/table.ts';

/** Tickets from the provinces are taken once. */
export async function up(db: Kysely<any>): Promise<void> {
  await createUsedTicketTables(db);
}
