import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { ApplicationView } from '../../contracts/application.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { reasonAgainst } from '../../contracts/core/moves.ts';
import { transferMoves, transferStateTitles } from '../../contracts/transfer.ts';
import type { TransferState } from '../../contracts/transfer.ts';
import type { TransferCase, TransferProgress, WaitingFor } from '../../contracts/transfer-case.ts';
import type { getTransfer as contract } from '../../contracts/transfer-case.ts';
import { blockersOf, transferKindTitles } from '../../contracts/transfer-rules.ts';
import { must } from '../../shared/assert.ts';
import { getApplication } from '../../shared/chain/chain.ts';
import { viewApplication } from '../../shared/chain/inbox.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { findOrg } from '../../shared/org/table.ts';
import { termOf } from '../../shared/transfer/limits.ts';
import type { Hub } from '../context.ts';
import type { NationalRecordTable } from '../national-index/table.ts';
import { ONLINE_MS } from '../node/business.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import { factsOf, pupilOf } from './facts.ts';
import { pipeOf } from './pipe.ts';
import { ofSide, selectTransfers } from './queries.ts';
import { listReminders } from './remind.ts';
import { awaitedNodes, isSentAgain } from './send-again.ts';
import { stepsOf } from './steps.ts';
import type { TransferTable } from './table.ts';
import { listUrges, reasonAgainstUrging } from './urge.ts';

/** One case page (features 18.4): the same for the two sides and for the ministry. */
export async function transferCase(
  hub: Hub,
  call: Call<HubDb>,
  { id }: z.output<typeof contract.input>,
): Promise<TransferCase> {
  return call.decide(async (tx, note) => {
    const transfer = await findVisible(tx, id, call.caller);
    note(id, `查看${transferKindTitles[transfer.kind]}`);
    return viewCase(hub, tx, transfer, call.caller);
  });
}

/** What changes of the case, for a page that shows it. */
export async function transferProgress(
  hub: Hub,
  { caller }: Call<HubDb>,
  { id }: z.output<typeof contract.input>,
): Promise<TransferProgress> {
  const db = hub.store.read;
  return progressOf(hub, db, await findVisible(db, id, caller), caller);
}

export async function findVisible(db: Kysely<HubDb>, id: string, caller: Caller): Promise<TransferTable> {
  const transfer = await db
    .selectFrom('transfer')
    .selectAll()
    .where('transfer.id', '=', id)
    .where(ofSide(caller, undefined))
    .executeTakeFirst();
  if (!transfer) throw new Problem('not-found', '没有这项跨省业务');
  return transfer;
}

/** All of it as it stands at one moment. */
async function viewCase(hub: Hub, db: Kysely<HubDb>, transfer: TransferTable, caller: Caller): Promise<TransferCase> {
  const [row] = await selectTransfers(db, [transfer.id], hub.clock.now());
  return {
    ...(await progressOf(hub, db, transfer, caller)),
    transfer: must(row, 'the row'),
    pupil: pupilOf(hub, await recordOf(db, transfer)),
    reason: transfer.reason,
    note: transfer.note,
    appliedBy: transfer.appliedByName,
  };
}

async function progressOf(
  hub: Hub,
  db: Kysely<HubDb>,
  transfer: TransferTable,
  caller: Caller,
): Promise<TransferProgress> {
  const { id, state, kind, toSchoolId } = transfer;
  const nowMs = hub.clock.now();
  const [row] = await selectTransfers(db, [id], nowMs);
  const application = (await hasApplication(db, id))
    ? await viewApplication(db, await getApplication(db, id), caller)
    : null;
  const [urges, reminders] = [await listUrges(db, id), await listReminders(db, id)];
  const school = await findOrg(db, toSchoolId);
  // While people decide they see what would keep the origin from sealing it, such as a problem record of since then.
  const isAsked = state === 'parked' || state === 'in-review';
  const facts = isAsked && school && (await factsOf(db, kind, await recordOf(db, transfer), school, id));
  return {
    standing: must(row, 'the row'),
    blockers: facts ? blockersOf(facts) : [],
    application,
    term: application && state === 'in-review' ? termOf(application.turnSince, nowMs) : null,
    steps: application ? stepsOf(transfer, application, { urges, reminders }, nowMs) : [],
    pipe: await pipeOf(db, transfer),
    waitingFor: await waitingFor(db, transfer, application, nowMs),
    reasonAgainstWithdrawing: againstWithdrawing(transfer, caller),
    reasonAgainstUrging: reasonAgainstUrging(state, urges.at(-1), nowMs),
  };
}

async function recordOf(db: Kysely<HubDb>, { studentId }: TransferTable): Promise<NationalRecordTable> {
  const records = db.selectFrom('national_record').selectAll().where('studentId', '=', studentId);
  return must(await records.executeTakeFirst(), 'the record of a transfer');
}

/** Parked, it has none yet. */
async function hasApplication(db: Kysely<HubDb>, id: string): Promise<boolean> {
  const found = db.selectFrom('application').select('id').where('id', '=', id);
  return (await found.executeTakeFirst()) !== undefined;
}

/** In one sentence: a person, a step that runs by itself, or a node that is away. */
async function waitingFor(
  db: Kysely<HubDb>,
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
  const nodes = awaitedNodes(transfer);
  if (nodes.length === 0) return { what: 'nothing', text: transferStateTitles[state] };
  const heard = await db.selectFrom('link_peer').select(['peer', 'lastHeardAt']).where('peer', 'in', nodes).execute();
  const away = nodes.filter(
    (node) => !heard.some(({ peer, lastHeardAt }) => peer === node && nowMs - Date.parse(lastHeardAt) <= ONLINE_MS),
  );
  if (away.length > 0)
    return {
      what: 'technical',
      text: `${away.map(nodeName).join('、')}节点离线，恢复连接后自动继续，无需人工处理`,
    };
  const doing = state === 'closed' || isSentAgain(transfer) ? '数据恢复后重新调档' : transferStateTitles[state];
  return { what: 'process', text: `${doing}，由系统自动完成` };
}

/** Why the caller may not take it back now; null when they may. */
export function againstWithdrawing({ state, toSchoolId, toSchoolName }: TransferTable, caller: Caller): string | null {
  if (caller.role !== 'school-registrar' || caller.org.id !== toSchoolId)
    return `只有申请学校${toSchoolName}的学籍管理员可以撤销`;
  if (state === 'sealing' || state === 'copying') return null;
  return reasonAgainst<TransferState>(transferMoves, 'withdraw', state, transferStateTitles) ?? null;
}
