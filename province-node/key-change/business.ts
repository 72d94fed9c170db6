import {
  exportKeyChanges,
  exportWaitingKeyChanges,
  getKeyChange,
  listKeyChanges,
  listWaitingKeyChanges,
  lookUpKeyChange,
  mendKeyChange,
  revealKeyChange,
  saveKeyChange,
  startKeyChange,
  withdrawKeyChange,
} from '../../contracts/key-change.ts';
import { serve } from '../../shared/http/serve.ts';
import { serveList } from '../../shared/query/exported-list.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import { lookUp, mend, save } from './apply.ts';
import { endFailedChanges } from './checks.ts';
import { keyChangeEvidence } from './evidence.ts';
import type { KeyChangeListener } from './listener.ts';
import { detail, findChanges, findWaiting, reveal, showChanges } from './queries.ts';
import { reviewedKeyChange } from './review.ts';
import { keyChangeSheet, waitingSheet } from './sheet.ts';
import { start } from './start.ts';
import { removeOldDrafts, withdraw } from './withdraw.ts';

/**
 * Key-data change (关键数据变更, features §6): the school looks its pupil up and fills in what changes (apply.ts), hands it in and asks
 * the hub for the identity as it is to be (start.ts), the hub's answers open it for review (checks.ts), and the last approval changes
 * the record (approve.ts). `listener` hears of those that handle a problem record.
 */
export function keyChange(listener?: KeyChangeListener): ProvinceBusiness {
  return {
    name: 'key-change',
    endpoints: [
      serve(lookUpKeyChange, lookUp),
      serve(mendKeyChange, mend),
      serve(saveKeyChange, save),
      serve(startKeyChange, (province, call, input) => start(province, call, input, listener)),
      ...serveList(listKeyChanges, exportKeyChanges, { find: findChanges, show: showChanges, sheet: keyChangeSheet }),
      ...serveList(listWaitingKeyChanges, exportWaitingKeyChanges, {
        find: findWaiting,
        show: showChanges,
        sheet: waitingSheet,
      }),
      serve(getKeyChange, detail),
      serve(revealKeyChange, reveal),
      serve(withdrawKeyChange, (province, call, input) => withdraw(province, call, input, listener)),
    ],
    jobs: [
      {
        name: 'end-failed-key-changes',
        everyMs: 10 * 60_000,
        run: (province) => endFailedChanges(province, listener),
      },
      { name: 'remove-key-change-drafts', everyMs: 3_600_000, run: removeOldDrafts },
    ],
    reviewed: [reviewedKeyChange(listener)],
    evidence: [keyChangeEvidence],
  };
}
