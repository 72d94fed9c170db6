import { sql } from 'kysely';
import type { SelectQueryBuilder } from 'kysely';
import { REMIND_WORKING_DAYS, REVIEW_WORKING_DAYS } from '../../contracts/application.ts';
import type { ApplicationView, HistoryEntry, InboxRow, TodoRow, WaitingAct } from '../../contracts/application.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { must } from '../assert.ts';
import { chinaDate, isoTime } from '../clock.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { currentStep, reasonAgainstDeciding } from './rules.ts';
import type { Application, Decider } from './rules.ts';
import { dueBefore, lateBefore, workingDayAfter } from '../working-days.ts';
import type { ChainTables } from './table.ts';

interface InboxConditions {
  kind?: string | undefined;
  act?: WaitingAct | undefined;
  orgId?: string | undefined;
  group?: string | undefined;
}

/** What waits for the decider, one row a kind, act, school and group. Counted from the index `application_turn` alone. */
export async function listInboxRows(
  db: AnyDb,
  decider: Decider,
  conditions: InboxConditions,
  nowMs: number,
): Promise<InboxRow[]> {
  const counts = await counted(waiting(db, decider, conditions), nowMs)
    .select(['kind', 'turnAct as act', 'orgId', 'groupKey as group'])
    .groupBy(['kind', 'turnAct', 'orgId', 'groupKey'])
    .orderBy('orgId')
    .execute();
  const ids = [...new Set(counts.map((row) => row.orgId))];
  const orgs = await tablesOf<{ org: { id: string; name: string } }>(db)
    .selectFrom('org')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .execute();
  const names = new Map(orgs.map((org) => [org.id, org.name]));
  return withDueDates(counts).map((row) => ({ ...row, orgName: names.get(row.orgId) ?? row.orgId }));
}

/** The same over all schools and groups, what has waited longest first: what the home page and the menu show. */
export async function countTodo(db: AnyDb, decider: Decider, nowMs: number): Promise<TodoRow[]> {
  const counts = await counted(waiting(db, decider, {}), nowMs)
    .select(['kind', 'turnAct as act'])
    .groupBy(['kind', 'turnAct'])
    .orderBy('oldestSince')
    .execute();
  return withDueDates(counts);
}

function counted(query: SelectQueryBuilder<ChainTables, 'application', object>, nowMs: number) {
  const late = isoTime(lateBefore(nowMs, REVIEW_WORKING_DAYS));
  const soon = isoTime(dueBefore(nowMs, REVIEW_WORKING_DAYS, REMIND_WORKING_DAYS));
  return query.select((eb) => [
    eb.fn.countAll<number>().as('total'),
    sql<number>`coalesce(sum(blocked = 'checking'), 0)`.as('checking'),
    sql<number>`coalesce(sum(blocked = 'check-failed'), 0)`.as('checkFailed'),
    eb.fn.min('turnSince').as('oldestSince'),
    sql<number>`coalesce(sum(turnSince < ${late}), 0)`.as('late'),
    sql<number>`coalesce(sum(turnSince >= ${late} and turnSince < ${soon}), 0)`.as('dueSoon'),
  ]);
}

function withDueDates<Row extends { act: WaitingAct | null; oldestSince: string }>(
  counts: readonly Row[],
): (Row & { act: WaitingAct; oldestDueOn: string })[] {
  // Thousands of schools began on a few days: the calendar is asked once a day, not once a row.
  const days = new Set(counts.map((row) => chinaDate(Date.parse(row.oldestSince))));
  const dueOn = new Map([...days].map((day) => [day, workingDayAfter(day, REVIEW_WORKING_DAYS)]));
  return counts.map((row) => ({
    ...row,
    act: must(row.act, 'the act of what waits'),
    oldestDueOn: must(dueOn.get(chinaDate(Date.parse(row.oldestSince))), 'a day that was asked for'),
  }));
}

/** The ids of all that wait for the decider under these conditions and can be decided now, oldest first. */
export async function listDecidableIds(db: AnyDb, decider: Decider, conditions: InboxConditions): Promise<string[]> {
  const rows = await waiting(db, decider, conditions)
    .select('id')
    .where('blocked', 'is', null)
    .orderBy('turnSince')
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

function waiting(
  db: AnyDb,
  decider: Decider,
  { kind, act, orgId, group }: InboxConditions,
): SelectQueryBuilder<ChainTables, 'application', object> {
  return tablesOf<ChainTables>(db)
    .selectFrom('application')
    .where('turnOrgId', '=', decider.org.id)
    .where('turnRole', '=', decider.role)
    .$if(kind !== undefined, (q) => q.where('kind', '=', kind!))
    .$if(act !== undefined, (q) => q.where('turnAct', '=', act!))
    .$if(orgId !== undefined, (q) => q.where('orgId', '=', orgId!))
    .$if(group !== undefined, (q) => q.where('groupKey', '=', group!));
}

/**
 * Where the application stands and what has happened to it, as `decider` may see it. `against` is what the business has
 * against approving (`reasonsAgainstApproving`).
 */
export async function viewApplication(
  db: AnyDb,
  application: Application,
  decider: Decider,
  against?: ReadonlyMap<string, string>,
): Promise<ApplicationView> {
  const history = await tablesOf<ChainTables>(db)
    .selectFrom('application_step')
    .select(['ordinal', 'act', 'orgName', 'personName', 'opinion', 'at'])
    .where('applicationId', '=', application.id)
    .orderBy('ordinal')
    .execute();
  const { id, kind, state, revision, blocked, chain, position, turnSince } = application;
  const reason: Problem | undefined = reasonAgainstDeciding(application, decider);
  const mayDecide = reason === undefined;
  return {
    id,
    kind,
    state,
    revision,
    blocked,
    chain,
    position,
    turnSince,
    history,
    mayDecide,
    reason: reason ? (reason.detail ?? reason.message) : null,
    reasonAgainstApproving: (currentStep(application)?.act === 'review' && against?.get(id)) || null,
  };
}

/** One entry of the history. */
export async function findStep(db: AnyDb, applicationId: string, ordinal: number): Promise<HistoryEntry | undefined> {
  return tablesOf<ChainTables>(db)
    .selectFrom('application_step')
    .select(['ordinal', 'act', 'orgName', 'personName', 'opinion', 'at'])
    .where('applicationId', '=', applicationId)
    .where('ordinal', '=', ordinal)
    .executeTakeFirst();
}
