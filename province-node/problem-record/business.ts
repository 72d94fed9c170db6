import { ProblemEvidence, ProblemRefused, ProblemTold } from '../../contracts/problem-group.ts';
import {
  arbitrateProblem,
  getProblemGroup,
  getProblemHandling,
  getProblemProgress,
  handInProblem,
  urgeProblem,
  withdrawProblem,
} from '../../contracts/problem-handling.ts';
import {
  countProblemTurns,
  exportArbitrations,
  exportProblemRecords,
  exportProblemReviews,
  exportProblemTurns,
  listArbitrations,
  listProblemRecords,
  listProblemReviews,
  listProblemTurns,
} from '../../contracts/problem-record.ts';
import { serve } from '../../shared/http/serve.ts';
import { soon } from '../../shared/jobs/soon.ts';
import { on } from '../../shared/messaging/handlers.ts';
import { serveList } from '../../shared/query/exported-list.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import type { Province } from '../context.ts';
import { arbitrate } from './arbitrate.ts';
import { findArbitrations, showArbitrations } from './arbitrations.ts';
import { problemEvidence } from './evidence.ts';
import { handIn, withdraw } from './hand-in.ts';
import { keepEvidence, piecesCame } from './keep-evidence.ts';
import { findRecords, findReviews, findTurns, showRecords } from './queries.ts';
import { reviewedProblems } from './review.ts';
import { sendEvidence } from './send-evidence.ts';
import { settle } from './settle.ts';
import { arbitrationsSheet, problemsSheet, reviewsSheet, turnsSheet } from './sheet.ts';
import { todoOf } from './todo.ts';
import { actsRefused, groupsTold, toldRecalled } from './told.ts';
import { urge } from './urge.ts';
import { groupOfRecord, handlingDetail, progressOfRecord } from './view.ts';

/** What a crash cut off, or had to wait for the hub, is taken up again after so long. */
const AGAIN_EVERY_MS = 30_000;

/**
 * 问题学籍 (features 2.1–2.9, docs/PROTOCOL.md "Problem groups"). Found (open.ts, or told by the hub: told.ts); handled by the school
 * whose turn it is (hand-in.ts), reviewed (review.ts), and where all keep to their identity arbitrated (arbitrate.ts). An act on a group
 * of this province takes effect at once (change-group.ts), one on the hub's when the hub tells so (act.ts).
 */
export const problemRecord: ProvinceBusiness = {
  name: 'problem-record',
  endpoints: [
    ...serveList(listProblemRecords, exportProblemRecords, {
      find: findRecords,
      show: showRecords,
      sheet: problemsSheet,
    }),
    ...serveList(listProblemTurns, exportProblemTurns, { find: findTurns, show: showRecords, sheet: turnsSheet }),
    ...serveList(listProblemReviews, exportProblemReviews, {
      find: findReviews,
      show: showRecords,
      sheet: reviewsSheet,
    }),
    serve(getProblemGroup, groupOfRecord),
    serve(getProblemProgress, progressOfRecord),
    serve(getProblemHandling, handlingDetail),
    serve(handInProblem, handIn),
    serve(withdrawProblem, withdraw),
    serve(urgeProblem, urge),
    ...serveList(listArbitrations, exportArbitrations, {
      find: findArbitrations,
      show: showArbitrations,
      sheet: arbitrationsSheet,
    }),
    serve(arbitrateProblem, arbitrate),
    serve(countProblemTurns, todoOf),
  ],
  messages: [on(ProblemTold, groupsTold), on(ProblemRefused, actsRefused), on(ProblemEvidence, piecesCame)],
  recalls: [on(ProblemTold, toldRecalled)],
  jobs: [
    { name: 'settle-problem-groups', everyMs: AGAIN_EVERY_MS, run: settle },
    {
      name: 'send-problem-evidence',
      everyMs: AGAIN_EVERY_MS,
      run: (province: Province) => soon(province, sendEvidence),
    },
    {
      name: 'keep-problem-evidence',
      everyMs: AGAIN_EVERY_MS,
      run: (province: Province) => soon(province, keepEvidence),
    },
  ],
  reviewed: [reviewedProblems('in-province'), reviewedProblems('cross-province')],
  evidence: [problemEvidence],
};
