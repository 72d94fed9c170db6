import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** The ministry has urged (催办) the unit whose turn it was. */
export interface TransferUrgeTable {
  transferId: string;
  /** The working day that it counts for: of a weekend the next one. */
  day: string;
  orgId: string;
  orgName: string;
  words: string;
  account: string;
  personName: string;
  at: string;
}
export interface TransferUrgeTables {
  transfer_urge: TransferUrgeTable;
}

/** The key is the rule: once a working day and case, whatever the code above does. */
export async function createTransferUrgeTable(db: Kysely<any>): Promise<void> {
  await sql`create table transfer_urge (
    "transferId" text not null references transfer ("id"), "day" text not null, "orgId" text not null,
    "orgName" text not null, "words" text not null, "account" text not null, "personName" text not null,
    "at" text not null, primary key ("transferId", "day")
  ) strict, without rowid`.execute(db);
}

export async function indexTransfersForMonitor(db: Kysely<any>): Promise<void> {
  // 跨省转学监控: what is under way, by state, pair of provinces and age, from the index alone.
  await sql`create index transfer_open on transfer ("kind", "state", "fromProvince", "toProvince", "appliedAt", "id")
    where state not in ('closed', 'refused', 'withdrawn', 'failed')`.execute(db);
  // The same of what was done, with how long it took.
  await sql`create index transfer_closed on transfer ("since", "kind", "fromProvince", "toProvince", "appliedAt")
    where state = 'closed'`.execute(db);
  // What is late, the latest first.
  await sql`create index application_waiting on application ("turnSince", "id", "kind", "turnOrgId")
    where "turnOrgId" is not null`.execute(db);
}
