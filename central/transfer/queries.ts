import { gradeTitle } from '../../contracts/orgs/org.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import { sql } from 'kysely';
import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import type { ChainStep, WaitingAct } from '../../contracts/application.ts';
import type { Page } from '../../contracts/core/page.ts';
import { endedTransferStates, withdrawableStates } from '../../contracts/transfer.ts';
import type { listTransfers, listWaitingTransfers, TransferRow, TransferState } from '../../contracts/transfer.ts';
import type { ReminderStage } from '../../contracts/transfer-limit.ts';
import { canonicaliseName } from '../../contracts/people/names.ts';
import { chinaDate } from '../../shared/clock.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { withinScope } from '../../shared/org/scope.ts';
import { inOrderOf } from '../../shared/query/in-order.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import { dueOnOf } from '../../shared/transfer/limits.ts';
import type { Hub } from '../context.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import { awaitedNodes } from './send-again.ts';
import type { TransferTable } from './table.ts';

/** The columns of a row, with what its application says. */
type Selected = TransferTable & {
  chain: string | null;
  position: number | null;
  turnAct: WaitingAct | null;
  turnSince: string | null;
  urgedAt: string | null;
  reminded: ReminderStage | null;
};

type Query = SelectQueryBuilder<HubDb, 'transfer', object>;

/** 跨省转学查询: of both sides, newest first. */
export function findTransfers(
  hub: Hub,
  { caller }: Call<HubDb>,
  input: z.output<typeof listTransfers.input>,
): Promise<Page<{ id: string }>> {
  let query: Query = hub.store.read.selectFrom('transfer').where(ofSide(caller, input.direction));
  if (input.kind) query = query.where('transfer.kind', '=', input.kind);
  if (input.state) query = query.where('transfer.state', '=', input.state);
  if (input.open)
    query = query.where('transfer.state', input.open === 'yes' ? 'not in' : 'in', [...endedTransferStates]);
  if (input.name) query = query.where('transfer.name', '=', canonicaliseName(input.name));
  if (input.studentNumber) query = query.where('transfer.studentNumber', '=', input.studentNumber.trim().toUpperCase());
  if (input.withdrawable)
    query = query
      .where('transfer.toSchoolId', '=', caller.org.id)
      .where('transfer.state', 'in', [...withdrawableStates]);
  const sortable = { appliedAt: 'transfer.appliedAt', since: 'transfer.since' };
  const ordering = { sortable, defaultSort: '-appliedAt', unique: 'transfer.id' };
  return pageOf(query.select('transfer.id'), input, ordering);
}

/** 跨省转学核办: what waits for the caller, the one that has waited longest first. */
export function findWaiting(
  hub: Hub,
  { caller }: Call<HubDb>,
  input: z.output<typeof listWaitingTransfers.input>,
): Promise<Page<{ id: string }>> {
  const { kind, name } = input;
  const query = hub.store.read
    .selectFrom('application')
    .innerJoin('transfer', 'transfer.id', 'application.id')
    .select('transfer.id')
    .where('application.turnOrgId', '=', caller.org.id)
    .where('application.turnRole', '=', caller.role)
    .$if(kind !== undefined, (q) => q.where('application.kind', '=', kind!))
    .$if(Boolean(name), (q) => q.where('transfer.name', '=', canonicaliseName(name!)));
  const sortable = { turnSince: 'application.turnSince', appliedAt: 'transfer.appliedAt' };
  return pageOf(query, input, { sortable, defaultSort: 'turnSince', unique: 'transfer.id' });
}

/** Either side in the caller's subtree, or one of them. */
export function ofSide(caller: Caller, direction: 'in' | 'out' | undefined) {
  const [to, from] = [withinScope('transfer.toSchoolId', caller), withinScope('transfer.fromSchoolId', caller)];
  if (direction === 'in') return to;
  if (direction === 'out') return from;
  return sql<boolean>`(${to} or ${from})`;
}

export function showTransfers({ store, clock }: Hub, found: readonly { id: string }[]): Promise<TransferRow[]> {
  const ids = found.map(({ id }) => id);
  return selectTransfers(store.read, ids, clock.now());
}

/** These transfers as rows, in this order. */
export async function selectTransfers(
  db: Kysely<HubDb>,
  ids: readonly string[],
  nowMs: number,
): Promise<TransferRow[]> {
  if (ids.length === 0) return [];
  const found = await db
    .selectFrom('transfer')
    .leftJoin('application', 'application.id', 'transfer.id')
    .selectAll('transfer')
    .select(['application.chain', 'application.position', 'application.turnAct', 'application.turnSince'])
    .select((eb) =>
      eb
        .selectFrom('transfer_urge as u')
        .select((of) => of.fn.max('u.at').as('at'))
        .whereRef('u.transferId', '=', 'transfer.id')
        .whereRef('u.at', '>=', 'application.turnSince')
        .as('urgedAt'),
    )
    .select((eb) =>
      eb
        .selectFrom('transfer_reminder as r')
        .select('r.stage')
        .whereRef('r.transferId', '=', 'transfer.id')
        .whereRef('r.turnSince', '=', 'application.turnSince')
        .orderBy('r.at', 'desc')
        .limit(1)
        .as('reminded'),
    )
    .where('transfer.id', 'in', ids)
    .execute();
  return inOrderOf(ids, found).map((row) => rowOf(row, nowMs));
}

export function isEnded(state: TransferState): boolean {
  return (endedTransferStates as readonly TransferState[]).includes(state);
}

/** Whose turn it is, in words: people's, or the node's that the machine waits for. */
function turnOfRow(row: Selected): string | null {
  const { state, chain, position } = row;
  if (isEnded(state)) return null;
  if (state === 'parked') return row.toSchoolName;
  if (state === 'in-review')
    return chain === null ? null : ((JSON.parse(chain) as ChainStep[])[position ?? 0]?.orgName ?? null);
  return awaitedNodes(row)
    .map((node) => `${nodeName(node)}节点`)
    .join('、');
}

function rowOf(row: Selected, nowMs: number): TransferRow {
  const { id, kind, state, studentNumber, name, fromSchoolName, toSchoolName, appliedAt, turnAct } = row;
  const inReview = state === 'in-review';
  const turnSince = inReview ? (row.turnSince ?? row.since) : row.since;
  const dueOn = inReview ? dueOnOf(turnSince) : null;
  return {
    id,
    kind,
    state,
    studentNumber: maskStudentNumber(studentNumber),
    name,
    fromSchoolName,
    toSchoolName,
    appliedAt,
    turnSince,
    dueOn,
    fromProvinceName: nodeName(row.fromProvince),
    toProvinceName: nodeName(row.toProvince),
    gradeName: gradeTitle(row.stage, row.cohort),
    turn: turnOfRow(row),
    turnAct: inReview ? turnAct : null,
    urgedAt: inReview ? row.urgedAt : null,
    reminded: inReview ? row.reminded : null,
    fault: row.fault,
    late: dueOn !== null && dueOn < chinaDate(nowMs),
  };
}
