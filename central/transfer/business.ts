import {
  RecordAdmitted,
  RecordDiscarded,
  RecordMissing,
  RecordPart,
  RecordReleased,
  RecordSealed,
  RecordStaged,
  RecordUnsealed,
  SealRefused,
  StagingFailed,
} from '../../contracts/hand-over.ts';
import {
  exportTransfers,
  exportWaitingTransfers,
  listTransfers,
  listWaitingTransfers,
  lookUpTransfer,
  startTransfer,
  withdrawTransfer,
} from '../../contracts/transfer.ts';
import { getTransfer, getTransferProgress } from '../../contracts/transfer-case.ts';
import {
  exportLateTransfers,
  listLateTransfers,
  monitorTransfers,
  transferOverview,
  urgeTransfer,
} from '../../contracts/transfer-monitor.ts';
import { TransferTold } from '../../contracts/transfer-told.ts';
import { isoTime } from '../../shared/clock.ts';
import { dropUnsubmitted, removeFiles } from '../../shared/evidence/evidence.ts';
import { serve } from '../../shared/http/serve.ts';
import { soon } from '../../shared/jobs/soon.ts';
import { on } from '../../shared/messaging/handlers.ts';
import type { NodeBusiness } from '../../shared/node/start-node.ts';
import { serveList } from '../../shared/query/exported-list.ts';
import type { Hub } from '../context.ts';
import { lookUp, start, withdraw } from './apply.ts';
import { transferCase, transferProgress } from './case.ts';
import { endOfGoneSchools } from './end-gone.ts';
import { TRANSFER_EVIDENCE } from './evidence.ts';
import { recordsAdmitted, recordsDiscarded, recordsReleased, recordsUnsealed } from './carried-out.ts';
import { partsCame, recordsSealed, recordsStaged, sealsRefused, stagingsFailed } from './hand-over.ts';
import { findLate, monitor, showLate } from './monitor.ts';
import { overview } from './overview.ts';
import { findTransfers, findWaiting, showTransfers } from './queries.ts';
import { remind } from './remind.ts';
import { recordsMissing } from './send-again.ts';
import { sendEvidence } from './send-evidence.ts';
import { lateSheet, transfersSheet, waitingSheet } from './sheet.ts';
import { toldRecalled } from './told.ts';
import { urge } from './urge.ts';

const DAY_MS = 86_400_000;
/** What a crash or an error cut off is taken up again after so long. */
const AGAIN_EVERY_MS = 30_000;
/** A day begins at midnight; who is at work by then is reminded soon after. */
const REMIND_EVERY_MS = 600_000;
/** What was looked up and never applied for is forgotten after so long. */
const DRAFTS_KEPT_MS = 30 * DAY_MS;

/**
 * The unified platform (统一平台): a school looks a pupil up and applies (apply.ts), both sides decide (review.ts), and the record is
 * handed over by itself (hand-over.ts). Every change is told to both provinces (told.ts). The ministry sees who is slow (monitor.ts)
 * and urges them (urge.ts); whose turn it is is reminded of its days (remind.ts).
 */
export const transfer: NodeBusiness<Hub> = {
  name: 'transfer',
  endpoints: [
    serve(lookUpTransfer, lookUp),
    serve(startTransfer, start),
    ...serveList(listTransfers, exportTransfers, { find: findTransfers, show: showTransfers, sheet: transfersSheet }),
    ...serveList(listWaitingTransfers, exportWaitingTransfers, {
      find: findWaiting,
      show: showTransfers,
      sheet: waitingSheet,
    }),
    serve(getTransfer, transferCase),
    serve(getTransferProgress, transferProgress),
    serve(withdrawTransfer, withdraw),
    serve(monitorTransfers, monitor),
    ...serveList(listLateTransfers, exportLateTransfers, { find: findLate, show: showLate, sheet: lateSheet }),
    serve(urgeTransfer, urge),
    serve(transferOverview, overview),
  ],
  messages: [
    on(RecordPart, partsCame),
    on(RecordSealed, recordsSealed),
    on(SealRefused, sealsRefused),
    on(RecordStaged, recordsStaged),
    on(StagingFailed, stagingsFailed),
    on(RecordMissing, recordsMissing),
    on(RecordAdmitted, recordsAdmitted),
    on(RecordReleased, recordsReleased),
    on(RecordUnsealed, recordsUnsealed),
    on(RecordDiscarded, recordsDiscarded),
  ],
  recalls: [on(TransferTold, toldRecalled)],
  jobs: [
    { name: 'remove-transfer-drafts', everyMs: DAY_MS, run: removeOldDrafts },
    { name: 'remind-of-transfers', everyMs: REMIND_EVERY_MS, run: remind },
    { name: 'end-transfers-of-gone-schools', everyMs: REMIND_EVERY_MS, run: endOfGoneSchools },
    { name: 'send-transfer-evidence', everyMs: AGAIN_EVERY_MS, run: (hub: Hub) => soon(hub, sendEvidence) },
  ],
};

async function removeOldDrafts(hub: Hub): Promise<void> {
  const before = isoTime(hub.clock.now() - DRAFTS_KEPT_MS);
  const names = await hub.store.decide(async (tx) => {
    const gone = await tx.deleteFrom('transfer_draft').where('at', '<', before).returning('id').execute();
    if (gone.length === 0) return [];
    return dropUnsubmitted(
      tx,
      TRANSFER_EVIDENCE,
      gone.map(({ id }) => id),
    );
  });
  await removeFiles(hub, names);
}
