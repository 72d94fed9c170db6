import { ProblemAct, ProblemEvidence, ProblemTold, RecordLoaded } from '../../contracts/problem-group.ts';
import {
  confirmArbitration,
  countLinkedGroups,
  exportCrossArbitrations,
  exportLinkedGroups,
  getLinkedGroup,
  getLinkedProgress,
  listCrossArbitrations,
  listLinkedGroups,
  proposeArbitration,
  returnArbitration,
  urgeLinkedGroup,
} from '../../contracts/problem-linkage.ts';
import { serve } from '../../shared/http/serve.ts';
import { on } from '../../shared/messaging/handlers.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { NodeBusiness } from '../../shared/node/start-node.ts';
import { serveList } from '../../shared/query/exported-list.ts';
import type { Hub } from '../context.ts';
import { actsCame } from './acts.ts';
import { confirm, propose, sendBack } from './arbitrate.ts';
import { keepPictures, piecesCame } from './evidence.ts';
import { countGroups, findArbitrations, findLinked, showGroups } from './list.ts';
import { recordsLoaded } from './loaded.ts';
import { arbitrationsSheet, groupsSheet } from './sheet.ts';
import { groupsTold, toldRecalled } from './told.ts';
import { remindLate, urge } from './urge.ts';
import { viewGroup, viewProgress } from './view.ts';

const HOUR_MS = 3_600_000;
/** For what a crash or an error cut off. */
const AGAIN_EVERY_MS = 60_000;

/**
 * Problem groups of the nation (问题学籍; features 2): phase one's records claim their identities and meet (loaded.ts, open.ts), a
 * group inside one province is decided there and told (told.ts), one across provinces is decided here by the acts of its schools
 * (acts.ts) with their evidence (evidence.ts) and by the ministry (arbitrate.ts); the identity follows the group (settle.ts).
 */
export const problemRecord: NodeBusiness<Hub> = {
  name: 'problem-record',
  endpoints: [
    ...serveList(listLinkedGroups, exportLinkedGroups, { find: findLinked, show: showGroups, sheet: groupsSheet }),
    serve(countLinkedGroups, countGroups),
    ...serveList(listCrossArbitrations, exportCrossArbitrations, {
      find: findArbitrations,
      show: showGroups,
      sheet: arbitrationsSheet,
    }),
    serve(getLinkedGroup, viewGroup),
    serve(getLinkedProgress, viewProgress),
    serve(urgeLinkedGroup, urge),
    serve(proposeArbitration, propose),
    serve(confirmArbitration, confirm),
    serve(returnArbitration, sendBack),
  ],
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
