import type { z } from 'zod';
import { acceptRepair, dismissRepair, exportRepairs, getRepair, listRepairs } from '../../contracts/custody-repair.ts';
import {
  auditOverview,
  exportAuditRuns,
  getAuditRun,
  listAuditRuns,
  startAudit,
} from '../../contracts/national-audit.ts';
import {
  CustodyRepaired,
  DigestsTold,
  RecordListed,
  RecordLooked,
  SchoolDigested,
  SchoolListed,
} from '../../contracts/custody.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Call } from '../../shared/http/serve.ts';
import { serve, signatureOf } from '../../shared/http/serve.ts';
import { soon } from '../../shared/jobs/soon.ts';
import { on } from '../../shared/messaging/handlers.ts';
import type { NodeBusiness } from '../../shared/node/start-node.ts';
import { serveList } from '../../shared/query/exported-list.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { peopleMustWait } from '../transfer/agreed.ts';
import { digestsTold, pupilsLooked, recordsListed, schoolsDigested, schoolsListed } from './answers.ts';
import { accept, custodyRepaired, dismiss } from './decide.ts';
import { overview, repairById, repairs, runById, runs } from './queries.ts';
import { tellAudit } from './news.ts';
import { askForRun, goOn } from './run.ts';
import { auditByNight } from './schedule.ts';
import { repairsSheet, runsSheet } from './sheet.ts';

/** How often what is under way is looked after, and whether it is night. */
const LOOK_EVERY_MS = 15_000;

/**
 * The national audit (H.9) and custody reconciliation (B.3): the whole index is checked (recheck.ts), and compared with
 * every province, first by the digest of each school, then pupil by pupil where they differ (run.ts, compare.ts,
 * answers.ts). What still differs at a second look becomes a repair (judge.ts, rules.ts), which is carried out by itself
 * or when the ministry accepts it (fix.ts, decide.ts), and which the next run proves.
 */
export const nationalAudit: NodeBusiness<Hub> = {
  name: 'national-audit',
  endpoints: [
    serve(auditOverview, overview),
    ...serveList(listAuditRuns, exportAuditRuns, { find: runs, sheet: runsSheet }),
    serve(getAuditRun, runById),
    serve(startAudit, start),
    ...serveList(listRepairs, exportRepairs, { find: repairs, sheet: repairsSheet }),
    serve(getRepair, repairById),
    serve(acceptRepair, accept),
    serve(dismissRepair, dismiss),
  ],
  messages: [
    on(SchoolDigested, schoolsDigested),
    on(DigestsTold, digestsTold),
    on(RecordListed, recordsListed),
    on(SchoolListed, schoolsListed),
    on(RecordLooked, pupilsLooked),
    on(CustodyRepaired, custodyRepaired),
  ],
  jobs: [{ name: 'national-audit', everyMs: LOOK_EVERY_MS, run: auditByNight }],
};

async function start(hub: Hub, call: Call<HubDb>): Promise<z.input<typeof startAudit.output>> {
  await peopleMustWait(hub.store.read, []);
  return call.decide(async (tx, note) => {
    const id = await askForRun(hub, tx, 'operator', signatureOf(call.caller));
    note(id, '发起全国查重审计');
    await tellAudit(hub, tx);
    afterCommit(tx, () => void soon(hub, goOn));
    return { id };
  });
}
