import { ProblemAct, ProblemEvidence, ProblemTold, RecordLoaded } from '../../contracts/problem-group.ts';
import { on } from '../../shared/messaging/handlers.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { NodeBusiness } from '../../shared/node/start-node.ts';
import type { Hub } from '../context.ts';
import { actsCame } from './acts.ts';
import { keepPictures, piecesCame } from './evidence.ts';
import { recordsLoaded } from './loaded.ts';
import { groupsTold, toldRecalled } from './told.ts';
import { remindLate } from './urge.ts';

const HOUR_MS = 3_600_000;
/** For what a crash or an error cut off. */
const AGAIN_EVERY_MS = 60_000;

/**
 * Problem groups of the nation (问题学籍; features 2): phase one's records claim their identities and meet (loaded.ts, open.ts), a
 * group inside one province is decided there and told (told.ts), one across provinces is decided here by the acts of its schools
 * (acts.ts) with their evidence (evidence.ts); the identity follows the group (settle.ts).
 */
export const problemRecord: NodeBusiness<Hub> = {
  name: 'problem-record',
  endpoints: [],
  messages: [
    on(RecordLoaded, recordsLoaded),
    on(ProblemTold, groupsTold),
    on(ProblemAct, actsCame),
    on(ProblemEvidence, piecesCame),
  ],
  recalls: [on(ProblemTold, toldRecalled)],
  jobs: [
    { name: 'remind-late-problem-groups', everyMs: HOUR_MS, run: remindLate },
    { name: 'keep-problem-pictures', everyMs: AGAIN_EVERY_MS, run: (hub) => soon(hub, keepPictures) },
  ],
};
