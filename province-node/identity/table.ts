import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Tx } from '../../shared/db/store.ts';
import type { ProvinceDb } from '../schema.ts';

/** Claims of records that this province has ended (`changeIdentity`): a restored hub is told so. */
export interface EndedClaimTable {
  claimNo: number;
  studentId: string;
}

export interface IdentityTables {
  ended_claim: EndedClaimTable;
}

export async function noteEndedClaim(tx: Tx<ProvinceDb>, ended: EndedClaimTable): Promise<void> {
  await tx
    .insertInto('ended_claim')
    .values(ended)
    .onConflict((oc) => oc.doNothing())
    .execute();
}

/** Which of these claims were ended. */
export async function endedOf(
  db: Kysely<ProvinceDb>,
  claimNos: ReadonlyArray<number | null>,
): Promise<ReadonlySet<number>> {
  const asked = claimNos.filter((claimNo) => claimNo !== null);
  if (asked.length === 0) return new Set();
  const rows = await db.selectFrom('ended_claim').select('claimNo').where('claimNo', 'in', asked).execute();
  return new Set(rows.map(({ claimNo }) => claimNo));
}

export async function createEndedClaimTable(db: Kysely<any>): Promise<void> {
  await sql`create table ended_claim (
    "claimNo" integer primary key, "studentId" text not null
  ) strict`.execute(db);
}
