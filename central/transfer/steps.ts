import { historyActTitles } from '../../contracts/application.ts';
import type { ApplicationView, HistoryAct } from '../../contracts/application.ts';
import { handOverFaultAdvice, handOverFaultTitles } from '../../contracts/hand-over-fault.ts';
import { transferStateTitles } from '../../contracts/transfer.ts';
import type { TransferState } from '../../contracts/transfer.ts';
import { reminderStageTitles } from '../../contracts/transfer-limit.ts';
import type { TransferStep } from '../../contracts/transfer-case.ts';
import { reminderText } from './remind.ts';
import type { TransferReminderTable, TransferTable, TransferUrgeTable } from './table.ts';

/** On the unified platform a review is called 核办. */
const actTitles: Record<HistoryAct, string> = { ...historyActTitles, approve: '核办通过', return: '核办不通过' };

/** What both sides have done, when they were urged, whose turn it is, and what is still to come. */
export function stepsOf(
  transfer: TransferTable,
  application: ApplicationView,
  { urges, reminders }: { urges: readonly TransferUrgeTable[]; reminders: readonly TransferReminderTable[] },
  nowMs: number,
): TransferStep[] {
  const { history, chain, position, state } = application;
  const sideOf = (orgName: string, index: number): TransferStep['side'] =>
    index <= lastOfDestination(transfer, application) && orgName !== '' ? 'destination' : 'origin';
  let before = history[0]?.at;
  const done = history.map((entry, index): TransferStep => {
    const tookMs = before === undefined || index === 0 ? null : Date.parse(entry.at) - Date.parse(before);
    before = entry.at;
    const side = entry.act === 'end' ? 'system' : index === 0 ? 'destination' : sideOf(entry.orgName, index - 1);
    const { act, orgName, personName, opinion, at } = entry;
    return { side, title: actTitles[act], orgName, state: 'done', act, personName, opinion, at, tookMs };
  });
  const ahead = chain.slice(position).map((step, index): TransferStep => {
    const isTurn = state === 'in-review' && index === 0;
    return {
      side: sideOf(step.orgName, position + index),
      title: '核办',
      orgName: step.orgName,
      state: state !== 'in-review' ? 'stopped' : isTurn ? 'turn' : 'ahead',
      act: null,
      personName: '',
      opinion: '',
      at: null,
      tookMs: isTurn ? nowMs - Date.parse(application.turnSince) : null,
    };
  });
  const past = [...done, ...urges.map(urgeStep), ...reminders.map(reminderStep)].toSorted((a, b) =>
    (a.at ?? '') < (b.at ?? '') ? -1 : 1,
  );
  return [...past, ...ahead, handOverStep(transfer, nowMs)];
}

function urgeStep({ orgName, personName, words, at }: TransferUrgeTable): TransferStep {
  const nothing = { act: null, tookMs: null } as const;
  return { side: 'ministry', title: '催办', orgName, state: 'done', personName, opinion: words, at, ...nothing };
}

function reminderStep(reminder: TransferReminderTable): TransferStep {
  const { stage, orgName, at } = reminder;
  const opinion = reminderText(reminder);
  const title = reminderStageTitles[stage];
  return { side: 'system', title, orgName, state: 'done', act: null, personName: '系统', opinion, at, tookMs: null };
}

/** Index in the chain of the last step that is the destination's: its orgs come first. */
function lastOfDestination(transfer: TransferTable, { chain }: ApplicationView): number {
  const firstOfOrigin = chain.findIndex(
    ({ orgId }) => orgId === transfer.fromSchoolId || orgId.startsWith(transfer.fromProvince.slice(2)),
  );
  return (firstOfOrigin === -1 ? chain.length : firstOfOrigin) - 1;
}

function handOverStep(transfer: TransferTable, nowMs: number): TransferStep {
  const { state, since, fault } = transfer;
  const states: Partial<Record<TransferState, TransferStep['state']>> = {
    'handed-over': 'done',
    closed: 'done',
    sealing: 'turn',
    copying: 'turn',
    undoing: 'turn',
    'in-review': 'ahead',
    parked: 'ahead',
  };
  const now = states[state] ?? 'stopped';
  return {
    side: 'system',
    title: '自动调档',
    orgName: now === 'ahead' ? '双方核办通过后自动进行' : transferStateTitles[state],
    state: now,
    act: null,
    personName: '系统',
    opinion: fault ? `${handOverFaultTitles[fault]}；${handOverFaultAdvice[fault]}` : '',
    at: now === 'done' ? since : null,
    tookMs: now === 'turn' ? nowMs - Date.parse(since) : null,
  };
}
