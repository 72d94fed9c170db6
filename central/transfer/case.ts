import type { z } from 'zod';
import { historyActTitles, stepActTitles } from '../../contracts/application.ts';
import type { ApplicationView } from '../../contracts/application.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { reasonAgainst } from '../../contracts/core/moves.ts';
import { handOverFaultTitles } from '../../contracts/hand-over.ts';
import { transferMoves, transferStateTitles } from '../../contracts/transfer.ts';
import type { TransferCase, TransferState, TransferStep, WaitingFor } from '../../contracts/transfer.ts';
import { blockersOf } from '../../contracts/transfer-rules.ts';
import type { getTransfer as contract } from '../../contracts/transfer.ts';
import { must } from '../../shared/assert.ts';
import { getApplication } from '../../shared/chain/chain.ts';
import { viewApplication } from '../../shared/chain/inbox.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { findOrg } from '../../shared/org/table.ts';
import type { Hub } from '../context.ts';
import { ONLINE_MS } from '../node/business.ts';
import { provinceNameOf } from '../node/province-name.ts';
import type { HubDb } from '../schema.ts';
import { factsOf, pupilOf } from './facts.ts';
import { pipeOf } from './pipe.ts';
import { ofSide, selectTransfers } from './queries.ts';
import type { TransferTable } from './table.ts';

/** One case page (features 18.4): the same for the two sides and for the ministry. */
export async function transferCase(
  hub: Hub,
  call: Call<HubDb>,
  { id }: z.output<typeof contract.input>,
): Promise<TransferCase> {
  return call.decide(async (tx, note) => {
    const transfer = await tx
      .selectFrom('transfer')
      .selectAll()
      .where('transfer.id', '=', id)
      .where(ofSide(call.caller, undefined))
      .executeTakeFirst();
    if (!transfer) throw new Problem('not-found', '没有这项跨省转学');
    note(id, '查看跨省转学');
    return viewCase(hub, tx, transfer, call.caller);
  });
}

/** All of it as it stands at one moment. */
async function viewCase(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable, caller: Caller): Promise<TransferCase> {
  const { id, studentId, state, kind, toSchoolId } = transfer;
  const records = tx.selectFrom('national_record').selectAll().where('studentId', '=', studentId);
  const record = must(await records.executeTakeFirst(), 'the record of a transfer');
  const [row] = await selectTransfers(tx, [id], hub.clock.now());
  const application = (await hasApplication(tx, id))
    ? await viewApplication(tx, await getApplication(tx, id), caller)
    : null;
  const school = must(await findOrg(tx, toSchoolId), 'the school that applied');
  const blockers = state === 'parked' ? blockersOf(await factsOf(tx, kind, record, school, id)) : [];
  return {
    transfer: must(row, 'the row'),
    pupil: pupilOf(hub, record),
    reason: transfer.reason,
    note: transfer.note,
    appliedBy: transfer.appliedByName,
    blockers,
    application,
    steps: application ? stepsOf(transfer, application, hub.clock.now()) : [],
    pipe: await pipeOf(tx, transfer),
    waitingFor: await waitingFor(tx, transfer, application, hub.clock.now()),
    reasonAgainstWithdrawing: againstWithdrawing(transfer, caller),
  };
}

/** Parked, it has none yet. */
async function hasApplication(tx: Tx<HubDb>, id: string): Promise<boolean> {
  const found = tx.selectFrom('application').select('id').where('id', '=', id);
  return (await found.executeTakeFirst()) !== undefined;
}

/** What both sides have done, whose turn it is, and what is still to come. */
function stepsOf(transfer: TransferTable, application: ApplicationView, nowMs: number): TransferStep[] {
  const { history, chain, position, state } = application;
  const sideOf = (orgName: string, index: number): TransferStep['side'] =>
    index <= lastOfDestination(transfer, application) && orgName !== '' ? 'destination' : 'origin';
  let before = history[0]?.at;
  const done = history.map((entry, index): TransferStep => {
    const tookMs = before === undefined || index === 0 ? null : Date.parse(entry.at) - Date.parse(before);
    before = entry.at;
    const side = entry.act === 'end' ? 'system' : index === 0 ? 'destination' : sideOf(entry.orgName, index - 1);
    const { act, orgName, personName, opinion, at } = entry;
    return { side, title: historyActTitles[act], orgName, state: 'done', act, personName, opinion, at, tookMs };
  });
  const ahead = chain.slice(position).map((step, index): TransferStep => {
    const isTurn = state === 'in-review' && index === 0;
    return {
      side: sideOf(step.orgName, position + index),
      title: stepActTitles[step.act],
      orgName: step.orgName,
      state: state !== 'in-review' ? 'stopped' : isTurn ? 'turn' : 'ahead',
      act: null,
      personName: '',
      opinion: '',
      at: null,
      tookMs: isTurn ? nowMs - Date.parse(application.turnSince) : null,
    };
  });
  return [...done, ...ahead, handOverStep(transfer, nowMs)];
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
    orgName: transferStateTitles[state],
    state: now,
    act: null,
    personName: '系统',
    opinion: fault ? handOverFaultTitles[fault] : '',
    at: now === 'done' ? since : null,
    tookMs: now === 'turn' ? nowMs - Date.parse(since) : null,
  };
}

/** In one sentence: a person, a step that runs by itself, or a node that is away. */
async function waitingFor(
  tx: Tx<HubDb>,
  transfer: TransferTable,
  application: ApplicationView | null,
  nowMs: number,
): Promise<WaitingFor> {
  const { state } = transfer;
  if (state === 'parked') return { what: 'person', text: '等待下列条件具备，具备后自动开始核办' };
  if (state === 'in-review') {
    const step = application?.chain[application.position];
    return { what: 'person', text: `等待${step?.orgName ?? ''}核办` };
  }
  const waits = {
    sealing: [transfer.fromProvince],
    copying: [transfer.toProvince],
    'handed-over': open(transfer),
    undoing: open(transfer),
  } as const satisfies Partial<Record<TransferState, readonly string[]>>;
  if (!(state in waits)) return { what: 'nothing', text: transferStateTitles[state] };
  const nodes = waits[state as keyof typeof waits];
  const heard = await tx.selectFrom('link_peer').select(['peer', 'lastHeardAt']).where('peer', 'in', nodes).execute();
  const away = nodes.filter(
    (node) => !heard.some(({ peer, lastHeardAt }) => peer === node && nowMs - Date.parse(lastHeardAt) <= ONLINE_MS),
  );
  if (away.length > 0)
    return {
      what: 'technical',
      text: `${away.map(provinceNameOf).join('、')}节点离线，恢复连接后自动继续，无需人工处理`,
    };
  return { what: 'process', text: `${transferStateTitles[state]}，由系统自动完成` };
}

function open({ originDone, destinationDone, fromProvince, toProvince }: TransferTable) {
  return [...(originDone === 0 ? [fromProvince] : []), ...(destinationDone === 0 ? [toProvince] : [])];
}

function againstWithdrawing({ state, toSchoolId, toSchoolName }: TransferTable, caller: Caller): string | null {
  if (caller.role !== 'school-registrar' || caller.org.id !== toSchoolId)
    return `只有申请学校${toSchoolName}的学籍管理员可以撤销`;
  if (state === 'sealing' || state === 'copying') return null;
  return reasonAgainst<TransferState>(transferMoves, 'withdraw', state, transferStateTitles) ?? null;
}
