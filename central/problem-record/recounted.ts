import type { Tx } from '../../shared/db/store.ts';
import { identityOf, listContendersOn, saveContenders } from '../claim/contender.ts';
import type { IdentityClaim } from '../claim/table.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { findGroups } from './group.ts';
import { standAgainst } from './open.ts';
import { settleIdentity } from './settle.ts';

/** Those of the records that are known as problem records. */
export async function membersAmong(tx: Tx<HubDb>, studentIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (studentIds.length === 0) return new Set();
  const members = tx.selectFrom('problem_member').select('studentId').distinct().where('studentId', 'in', studentIds);
  return new Set((await members.execute()).map(({ studentId }) => studentId));
}

/**
 * A restored hub has counted the claims again: what found its identity taken, and has a record, contends for it, as it did before or because
 * nobody could know better. The groups that came back with the hub's own words say who keeps what; others are opened.
 */
export async function identitiesRecounted(hub: Hub, tx: Tx<HubDb>, lost: readonly IdentityClaim[]): Promise<void> {
  const records = lost.filter(({ studentNumber }) => studentNumber !== null);
  if (records.length === 0) return;
  const fingerprints = records.map(({ fingerprint }) => fingerprint);
  const keyOf = (claim: IdentityClaim): string => `${identityOf(claim)} ${claim.studentId}`;
  const known = new Set((await listContendersOn(tx, fingerprints)).map(keyOf));
  await saveContenders(
    tx,
    records.filter((claim) => !known.has(keyOf(claim))),
  );
  const recalled = await tx
    .selectFrom('problem_member')
    .select('groupId')
    .distinct()
    .where(
      'studentId',
      'in',
      records.map(({ studentId }) => studentId),
    )
    .execute();
  const groups = await findGroups(
    tx,
    recalled.map(({ groupId }) => groupId),
  );
  for (const group of groups.values()) {
    const mine = records.find(({ studentId }) => group.members.some((member) => member.studentId === studentId));
    if (mine && group.fingerprint === null && group.state !== 'closed')
      await tx.updateTable('problem_group').set({ fingerprint: mine.fingerprint }).where('id', '=', group.id).execute();
    await settleIdentity(tx, group, hub.clock.now());
  }
  await standAgainst(hub, tx, fingerprints, 'new');
}
