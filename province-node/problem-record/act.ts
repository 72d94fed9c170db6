import { ProblemAct } from '../../contracts/problem-group.ts';
import type { HandlingEvidence } from '../../contracts/problem-group.ts';
import { cameBack, carriedOut, handedIn } from '../../contracts/problem-rules.ts';
import type { GroupStanding, Handling } from '../../contracts/problem-rules.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeGroup } from './change-group.ts';
import { isHubs } from './group.ts';
import type { KeptGroup } from './group.ts';

/** What somebody here does to a group. */
export interface Act {
  act: 'hand-in' | 'approve' | 'return' | 'withdraw' | 'carry-out' | 'urge';
  studentId: string;
  handling: Handling | null;
  evidence?: HandlingEvidence[];
  orgName: string;
  personName: string;
  opinion: string;
  /** It has happened already, by other business. */
  done?: boolean;
}

/**
 * One act on a group: carried out at once on an own one; sent to the hub where the hub owns it, which counts it or refuses it
 * (protocol §5). Answers the id by which the hub would refuse it; null of an own group.
 */
export async function actOn(
  province: Province,
  tx: Tx<ProvinceDb>,
  group: KeptGroup,
  act: Act,
): Promise<string | null> {
  const { done = false, evidence = [], ...said } = act;
  if (isHubs(group)) {
    const sent = {
      id: province.ids.next(),
      group: group.id,
      revision: group.revision,
      at: isoTime(province.clock.now()),
    };
    province.outbox.queue(tx, HUB, ProblemAct, { ...said, ...sent, evidence, done });
    return sent.id;
  }
  const { studentId, handling } = act;
  const chosen = act.act === 'hand-in' || done ? { studentId, handling, evidence } : undefined;
  await changeGroup(province, tx, group, [said], judgeOf(act), chosen);
  return null;
}

/** The rule that an act is; a step of the chain and a reminder are history alone. */
function judgeOf({ act, studentId, handling }: Act): ((group: GroupStanding) => GroupStanding) | undefined {
  switch (act) {
    case 'hand-in':
      return (group) => handedIn(group, studentId);
    case 'return':
    case 'withdraw':
      return (group) => cameBack(group, studentId);
    case 'carry-out':
      return (group) => carriedOut(group, studentId, must(handling, 'what is carried out'));
    case 'approve':
    case 'urge':
      return undefined;
  }
}
