import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { fileOf } from './evidence.ts';
import type { EvidenceFileTable, EvidenceTables } from './table.ts';

/** Evidence that comes with a record from another node: its files are there before these rows. */

/** A picture that is here already, of a pupil who comes back, stays as it is. */
export async function keepCarriedEvidence(tx: AnyTx, rows: readonly EvidenceFileTable[]): Promise<void> {
  if (rows.length === 0) return;
  await tablesOf<EvidenceTables>(tx)
    .insertInto('evidence_file')
    .values([...rows])
    .onConflict((oc) => oc.doNothing())
    .execute();
}

interface Owner {
  kind: string;
  id: string;
}

/** What belonged to one owner is another's from now on. What came takes the place of the same picture that is there already. */
export async function passEvidence(tx: AnyTx, from: Owner, to: Owner): Promise<void> {
  const db = tablesOf<EvidenceTables>(tx);
  const coming = db.selectFrom('evidence_file').select('fingerprint');
  await db
    .deleteFrom('evidence_file')
    .where('ownerKind', '=', to.kind)
    .where('ownerId', '=', to.id)
    .where('fingerprint', 'in', coming.where('ownerKind', '=', from.kind).where('ownerId', '=', from.id))
    .execute();
  await db
    .updateTable('evidence_file')
    .set({ ownerKind: to.kind, ownerId: to.id })
    .where('ownerKind', '=', from.kind)
    .where('ownerId', '=', from.id)
    .execute();
}

/** All of it, whether handed in or not: answers the files that `removeFiles` removes after the decision. */
export async function dropEvidence(tx: AnyTx, ownerKind: string, ownerIds: readonly string[]): Promise<string[]> {
  const gone = await tablesOf<EvidenceTables>(tx)
    .deleteFrom('evidence_file')
    .where('ownerKind', '=', ownerKind)
    .where('ownerId', 'in', ownerIds)
    .returning('id')
    .execute();
  return gone.map(({ id }) => fileOf(id));
}
