import type { Blocked, ChainStep, Decision, HistoryAct } from '../../contracts/application.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { isoTime } from '../clock.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import { attempt } from '../db/decision.ts';
import { tellPages } from '../http/news.ts';
import type { HttpContext } from '../http/serve.ts';
import { inSlices } from '../slices.ts';
import { withinScope } from '../org/scope.ts';
import type { HasOrg } from '../org/scope.ts';
import type { ChainedBusiness } from './lay-chain.ts';
import { decide, end, resubmit, withdraw } from './rules.ts';
import type { Application, Decider } from './rules.ts';
import { fromRow, stepRow, toRow } from './rows.ts';
import type { ApplicationTable, ChainTables } from './table.ts';

/** A business under review declares what is its own; the engine does the rest, once. */
export interface ReviewedBusiness<Context> extends ChainedBusiness {
  /** Of the reads that show its applications (`tellPages`): a decision changes them too. */
  topic: string;
  /**
   * The effect of the last approvals, in the decision that makes them. All of one kind. A `Problem` refuses them: the
   * engine then tries each by itself.
   */
  onApproved?(context: Context, tx: AnyTx, applications: readonly Application[]): Promise<void>;
  /** Every decision, whatever it was, in the decision that makes it. A `Problem` refuses it. */
  onDecided?(context: Context, tx: AnyTx, applications: readonly Application[]): Promise<void>;
  /** Why some may not be approved although it is their turn, by id, as Chinese text. Returning them stays possible. */
  reasonsAgainstApproving?(
    context: Context,
    db: AnyDb,
    applications: readonly Application[],
  ): Promise<ReadonlyMap<string, string>>;
  /** What is not approved is given back to be mended (the default), or ends. */
  refused?: 'return' | 'refuse';
  /** They were returned, or refused: what they held elsewhere is let go. */
  onReturned?(context: Context, tx: AnyTx, applications: readonly Application[]): Promise<void>;
  /** Whom they are about, by id, as lists that mix businesses show it: the pupil's name. */
  namesOf?(db: AnyDb, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** The topic of `/api/applications`. */
export const APPLICATIONS = 'applications';

/** Who did it, for the history: the decider with the names that people read. */
export interface Actor extends Decider {
  personName: string;
  org: { id: string; name: string };
}

/** What the system does by itself appears in the history under this name. */
const system = { account: 'system', personName: '系统', org: { id: '', name: '系统' } };

export interface NewApplication {
  id: string;
  kind: string;
  subject: string;
  orgId: string;
  otherOrgId?: string;
  groupKey: string;
  chain: ChainStep[];
  blocked: Blocked | null;
}

/** Starts applications, all by one applicant, each with its first history entry. */
export async function startApplications(
  context: HttpContext,
  tx: AnyTx,
  applicant: Actor,
  started: readonly NewApplication[],
): Promise<void> {
  const at = isoTime(context.clock.now());
  const rows = started.map((one) =>
    toRow({
      ...one,
      otherOrgId: one.otherOrgId ?? null,
      state: 'in-review',
      revision: 1,
      position: 0,
      turnSince: at,
      createdBy: applicant.account,
      createdAt: at,
      mendedBy: [],
    }),
  );
  const db = tablesOf<ChainTables>(tx);
  if (rows.length === 0) return;
  await db.insertInto('application').values(rows).execute();
  await db
    .insertInto('application_step')
    .values(started.map(({ id }) => stepRow(id, 1, 'submit', applicant, '', at)))
    .execute();
  tellPages(context, tx, APPLICATIONS, orgsOf(rows));
}

/** Whom they concern, on either side. */
function orgsOf(applications: readonly Pick<ApplicationTable, 'orgId' | 'otherOrgId'>[]): Set<string> {
  return new Set(
    applications.flatMap(({ orgId, otherOrgId }) => (otherOrgId === null ? [orgId] : [orgId, otherOrgId])),
  );
}

export interface DecisionFailure {
  id: string;
  problem: Problem;
}

/** What is decided of the current steps, and by whom. */
export interface Deciding {
  decision: Decision;
  opinion: string;
  actor: Actor;
}

/**
 * Decides the current step of each application, with everything that the last approvals cause, in the caller's decision.
 * One that cannot be decided, by the chain or by what its approval would cause, is told apart and does not hold up the
 * others.
 */
export async function decideAll<Context extends HttpContext>(
  context: Context,
  tx: AnyTx,
  business: ReviewedBusiness<Context>,
  applications: readonly Application[],
  deciding: Deciding,
): Promise<DecisionFailure[]> {
  try {
    return await attempt(tx, () => decideTogether(context, tx, business, applications, deciding));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const [only, ...others] = applications;
    if (only && others.length === 0) return [{ id: only.id, problem: error }];
  }
  const failures: DecisionFailure[] = [];
  for (const one of applications) failures.push(...(await decideAll(context, tx, business, [one], deciding)));
  return failures;
}

async function decideTogether<Context extends HttpContext>(
  context: Context,
  tx: AnyTx,
  business: ReviewedBusiness<Context>,
  applications: readonly Application[],
  { decision, opinion, actor }: Deciding,
): Promise<DecisionFailure[]> {
  const at = isoTime(context.clock.now());
  const failures: DecisionFailure[] = [];
  const approved: Application[] = [];
  const returned: Application[] = [];
  const decided: Application[] = [];
  const against =
    decision === 'approve' ? await business.reasonsAgainstApproving?.(context, tx, applications) : undefined;
  for (const before of applications) {
    try {
      const { application, act } = decide(before, decision, actor, at, business.refused);
      const reason = act === 'approve' ? against?.get(before.id) : undefined;
      if (reason) throw new Problem('not-approvable', reason);
      await saveDecided(context, tx, application, act, actor, opinion, at);
      decided.push(application);
      if (application.state === 'approved') approved.push(application);
      if (act === 'return') returned.push(application);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      failures.push({ id: before.id, problem: error });
    }
  }
  tellPages(context, tx, business.topic, orgsOf(applications));
  if (approved.length > 0) await business.onApproved?.(context, tx, approved);
  if (returned.length > 0) await business.onReturned?.(context, tx, returned);
  if (decided.length > 0) await business.onDecided?.(context, tx, decided);
  return failures;
}

/** The applicant hands a returned application in again; `changes` tells the reviewers what was mended. */
export async function resubmitApplication(
  context: HttpContext,
  tx: AnyTx,
  application: Application,
  blocked: Blocked | null,
  actor: Actor,
  changes: string,
): Promise<void> {
  const at = isoTime(context.clock.now());
  await saveDecided(context, tx, resubmit(application, actor.account, blocked, at), 'resubmit', actor, changes, at);
}

/** The applicant takes it back. */
export async function withdrawApplication(
  context: HttpContext,
  tx: AnyTx,
  application: Application,
  actor: Actor,
  reason: string,
): Promise<void> {
  const at = isoTime(context.clock.now());
  await saveDecided(context, tx, withdraw(application, at), 'withdraw', actor, reason, at);
}

/** Ends an application by a named rule. */
export async function endApplication(
  context: HttpContext,
  tx: AnyTx,
  application: Application,
  reason: string,
): Promise<void> {
  const at = isoTime(context.clock.now());
  await saveDecided(context, tx, end(application, at), 'end', system, reason, at);
}

/** The event loop cannot turn inside a statement: a thousand rows in one hold it for a dozen milliseconds. */
const ROWS_PER_STATEMENT = 200;

/** The checks of an application have come to an end (null), or have failed. Repeats change nothing. */
export async function setBlocked(
  context: HttpContext,
  tx: AnyTx,
  ids: readonly string[],
  blocked: Blocked | null,
): Promise<void> {
  for (const slice of inSlices(ids, ROWS_PER_STATEMENT)) {
    const changed = await tablesOf<ChainTables>(tx)
      .updateTable('application')
      .set({ blocked })
      .where('id', 'in', slice)
      .returning('orgId')
      .execute();
    tellPages(context, tx, APPLICATIONS, new Set(changed.map(({ orgId }) => orgId)));
  }
}

export async function getApplication(db: AnyDb, id: string): Promise<Application> {
  const row = await tablesOf<ChainTables>(db)
    .selectFrom('application')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new Problem('not-found', '没有这项申请');
  return fromRow(row);
}

export async function getApplications(db: AnyDb, ids: readonly string[]): Promise<Application[]> {
  if (ids.length === 0) return [];
  const rows = await tablesOf<ChainTables>(db).selectFrom('application').selectAll().where('id', 'in', ids).execute();
  return rows.map(fromRow);
}

/** Those of the ids that belong to the caller's subtree: the others are not there. */
export async function getApplicationsWithin(db: AnyDb, ids: readonly string[], caller: HasOrg): Promise<Application[]> {
  const rows = await tablesOf<ChainTables>(db)
    .selectFrom('application')
    .selectAll()
    .where('id', 'in', ids)
    .where((eb) => eb.or([withinScope('orgId', caller), withinScope('otherOrgId', caller)]))
    .execute();
  return rows.map(fromRow);
}

async function saveDecided(
  context: HttpContext,
  tx: AnyTx,
  after: Application,
  act: HistoryAct,
  actor: { account: string; personName: string; org: { id: string; name: string } },
  opinion: string,
  at: string,
): Promise<void> {
  const db = tablesOf<ChainTables>(tx);
  const { id, ...row } = toRow(after);
  const result = await db
    .updateTable('application')
    .set(row)
    .where('id', '=', id)
    .where('revision', '=', after.revision - 1)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw new Problem('stale-revision', '该申请刚被他人处理，请刷新后再办理');
  await db
    .insertInto('application_step')
    .values(stepRow(id, after.revision, act, actor, opinion, at))
    .execute();
  tellPages(context, tx, APPLICATIONS, orgsOf([after]));
}
