import {
  exportInProvince,
  exportWaitingInProvince,
  getInProvince,
  IN_PROVINCE_TRANSFER,
  listInProvince,
  listWaitingInProvince,
  lookUpInProvince,
  startInProvince,
  withdrawInProvince,
} from '../../contracts/in-province-transfer.ts';
import { isoTime } from '../../shared/clock.ts';
import { dropUnsubmitted, removeFiles } from '../../shared/evidence/evidence.ts';
import { serve } from '../../shared/http/serve.ts';
import { serveList } from '../../shared/query/exported-list.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import type { Province } from '../context.ts';
import { lookUp, start, withdraw } from './apply.ts';
import { inProvinceEvidence } from './evidence.ts';
import { detail, findTransfers, findWaiting, showTransfers } from './queries.ts';
import { tellOfRecalled } from './recalled.ts';
import { reviewedInProvince } from './review.ts';
import { inProvinceSheet, waitingSheet } from './sheet.ts';

/** Transfers within the province (省内转学, features 7.2). */
export const inProvinceTransfer: ProvinceBusiness = {
  name: 'in-province-transfer',
  endpoints: [
    serve(lookUpInProvince, lookUp),
    serve(startInProvince, start),
    ...serveList(listInProvince, exportInProvince, {
      find: findTransfers,
      show: showTransfers,
      sheet: inProvinceSheet,
    }),
    ...serveList(listWaitingInProvince, exportWaitingInProvince, {
      find: findWaiting,
      show: showTransfers,
      sheet: waitingSheet,
    }),
    serve(getInProvince, detail),
    serve(withdrawInProvince, withdraw),
  ],
  jobs: [
    { name: 'remove-in-province-drafts', everyMs: 3_600_000, run: removeOldDrafts },
    { name: 'tell-of-recalled-records', everyMs: 30_000, run: tellOfRecalled },
  ],
  reviewed: [reviewedInProvince],
  evidence: [inProvinceEvidence],
};

/** Who was looked up and not applied for within a day is looked up again. */
const DRAFT_KEPT_MS = 24 * 3_600_000;

async function removeOldDrafts(province: Province): Promise<void> {
  const before = isoTime(province.clock.now() - DRAFT_KEPT_MS);
  const files = await province.store.decide(async (tx) => {
    const gone = await tx.deleteFrom('in_province_draft').where('at', '<', before).returning('id').execute();
    const ids = gone.map(({ id }) => id);
    return dropUnsubmitted(tx, IN_PROVINCE_TRANSFER, ids);
  });
  await removeFiles(province, files);
}
