import { RecordLoadAnswered, RecordLoaded, RenumberRecord } from '../../contracts/problem-group.ts';
import { on } from '../../shared/messaging/handlers.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import { loadRecalled } from '../registration/forgotten.ts';
import { numbersTaken } from './renumber.ts';
import { loadAnswered, tellLoaded } from './tell.ts';

const TELL_EVERY_MS = 1_000;

/**
 * Phase one's data (features 2.10): a command of the operator loads it while the node does not run (import-command.ts), then the
 * node tells the hub of every record, which claims its identity or opens a group of problem records (tell.ts).
 */
export const legacy: ProvinceBusiness = {
  name: 'legacy',
  endpoints: [],
  messages: [on(RecordLoadAnswered, loadAnswered), on(RenumberRecord, numbersTaken)],
  recalls: [on(RecordLoaded, loadRecalled)],
  jobs: [{ name: 'tell-loaded-records', everyMs: TELL_EVERY_MS, run: tellLoaded }],
};
