import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Tx } from '../../shared/db/store.ts';
import type { HubDb } from '../schema.ts';

/** Tickets that were taken, until no clock would take them any more. */
export interface UsedTicketTable {
  nonce: string;
  forgetAt: string;
}

export interface UsedTicketTables {
  used_ticket: UsedTicketTable;
}

export async function createUsedTicketTables(db: Kysely<any>): Promise<void> {
  await sql`create table used_ticket (
    nonce text not null primary key, "forgetAt" text not null) strict, without rowid`.execute(db);
}

/** False for one that was taken before. */
export async function takeTicket(tx: Tx<HubDb>, ticket: UsedTicketTable): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('used_ticket')
    .values(ticket)
    .onConflict((conflict) => conflict.column('nonce').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function forgetTickets(tx: Tx<HubDb>, now: string): Promise<void> {
  await tx.deleteFrom('used_ticket').where('forgetAt', '<', now).execute();
}
