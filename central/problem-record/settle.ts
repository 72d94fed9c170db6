import type { NodeId } from '../../contracts/core/message.ts';
import { hasLeft, keeperOf } from '../../contracts/problem-rules.ts';
import type { Tx } from '../../shared/db/store.ts';
import { findContenders, passClaim } from '../claim/contender.ts';
import { endClaims, findClaims } from '../claim/table.ts';
import { passFormalNumber } from '../national-index/table.ts';
import type { HubDb } from '../schema.ts';
import type { HeldGroup } from './table.ts';

/**
 * The claims say what the group says: who has left it claims the identity no longer (the old claims stay in the trail), and the keeper
 * has it with its own number. Right as often as it is done. With `by`, the word of a province, only claims of its own are ended.
 */
export async function settleIdentity(tx: Tx<HubDb>, group: HeldGroup, nowMs: number, by?: NodeId): Promise<void> {
  const { members, kind } = group;
  const claims = await findClaims(
    tx,
    members.flatMap(({ claimNo }) => (claimNo > 0 ? [claimNo] : [])),
  );
  // Of other kinds a change may leave the identity as it is: a name was wrong.
  const gone = members.filter(
    (member) => hasLeft(member) && (member.state === 'deleted' || kind === 'identity-held-twice'),
  );
  const ended = gone.flatMap(({ claimNo, studentId }) => {
    const claim = claims.get(claimNo);
    return claim?.studentId === studentId && (by === undefined || claim.province === by) ? [claim] : [];
  });
  await endClaims(tx, ended, nowMs);
  const keeper = members.find(({ studentId }) => studentId === keeperOf(group));
  if (!keeper || kind !== 'identity-held-twice') return;
  const contender = (await findContenders(tx, [keeper.claimNo])).get(keeper.claimNo);
  if (contender?.studentId === keeper.studentId) await passClaim(tx, contender);
  const others = members.filter((member) => member !== keeper).map(({ studentId }) => studentId);
  await passFormalNumber(tx, keeper, others);
}
