import type { z } from 'zod';
import {
  countInbox,
  decideApplication,
  decideApplications,
  historyActTitles,
  listInbox,
  listStarted,
} from '../../contracts/application.ts';
import type { ApplicationView, Decision, StartedApplication, StartedCount } from '../../contracts/application.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { AnyContext } from '../context.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import { serve } from '../http/serve.ts';
import type { Call, HttpContext, Served } from '../http/serve.ts';
import { startTask } from '../jobs/task.ts';
import { inSlices } from '../slices.ts';
import { isInScope, mustBeInScope } from '../org/scope.ts';
import type { HasOrg } from '../org/scope.ts';
import { decideAll, getApplication, getApplicationsWithin } from './chain.ts';
import type { ReviewedBusiness } from './chain.ts';
import { countTodo, findStep, listDecidableIds, listInboxRows, viewApplication } from './inbox.ts';
import type { Application } from './rules.ts';
import { countStarted, listLatestStarted } from './started.ts';

type ReviewContext = AnyContext & HttpContext;

/** How many applications one decision takes, so that a 全部审核 of thousands never holds up the others for long. */
const APPLICATIONS_PER_DECISION = 100;

/** The endpoints of the review engine, over the businesses that declare themselves reviewed. */
export function serveReviews<Context extends ReviewContext>(
  businesses: readonly ReviewedBusiness<Context>[],
): Served<Context>[] {
  const byKind = new Map(businesses.map((business) => [business.kind, business]));
  const businessOf = (kind: string): ReviewedBusiness<Context> => {
    const business = byKind.get(kind);
    if (!business) throw new Problem('not-found', '没有这项业务');
    return business;
  };
  return [
    serve(decideApplication, (context: Context, call: Call<never>, input: z.output<typeof decideApplication.input>) =>
      decideOne(context, call, businessOf, input),
    ),
    serve(decideApplications, (context: Context, call: Call<never>, input: z.output<typeof decideApplications.input>) =>
      decideMany(context, call, businessOf(input.kind), input),
    ),
    serve(listInbox, async (context: Context, call: Call<never>, input: z.output<typeof listInbox.input>) => ({
      rows: await listInboxRows(context.store.read, call.caller, input, context.clock.now()),
    })),
    serve(countInbox, async (context: Context, call: Call<never>) => ({
      rows: await countTodo(context.store.read, call.caller, context.clock.now()),
    })),
    serve(listStarted, (context: Context, call: Call<never>) =>
      startedBy(context.store.read, byKind, call.caller.org.id),
    ),
  ];
}

/** The names come from the businesses, one read a kind. */
async function startedBy<Context>(
  db: AnyDb,
  byKind: ReadonlyMap<string, ReviewedBusiness<Context>>,
  orgId: string,
): Promise<{ counts: StartedCount[]; latest: StartedApplication[] }> {
  const latest = await listLatestStarted(db, orgId);
  const names = new Map<string, string>();
  for (const kind of new Set(latest.map((one) => one.kind))) {
    const ids = latest.filter((one) => one.kind === kind).map(({ id }) => id);
    for (const [id, name] of (await byKind.get(kind)?.namesOf?.(db, ids)) ?? []) names.set(id, name);
  }
  return {
    counts: await countStarted(db, orgId),
    latest: latest.map((one) => ({ ...one, about: names.get(one.id) ?? null })),
  };
}

async function decideOne<Context extends ReviewContext>(
  context: Context,
  call: Call<never>,
  businessOf: (kind: string) => ReviewedBusiness<Context>,
  input: z.output<typeof decideApplication.input>,
): Promise<ApplicationView> {
  const { id, revision, decision, opinion } = input;
  return call.decide(async (tx: AnyTx, note) => {
    const application = await getApplication(tx, id);
    await mustReach(tx, application, call.caller);
    if (application.revision !== revision) throw await decidedMeanwhile(tx, application);
    const business = businessOf(application.kind);
    const deciding = { decision, opinion, actor: call.caller };
    const [failure] = await decideAll(context, tx, business, [application], deciding);
    if (failure) throw failure.problem;
    note(id, `${business.title}：${decisionTitles[decision]}`);
    const after = await getApplication(tx, id);
    return viewApplication(tx, after, call.caller, await business.reasonsAgainstApproving?.(context, tx, [after]));
  });
}

/** Whoever has either side of it in their subtree. */
async function mustReach(tx: AnyTx, { orgId, otherOrgId }: Application, caller: HasOrg): Promise<void> {
  if (otherOrgId !== null && (await isInScope(tx, otherOrgId, caller))) return;
  await mustBeInScope(tx, orgId, caller);
}

/** Who has decided since it was shown, and what: each decision raises the revision by one, and has a step of that number. */
async function decidedMeanwhile(tx: AnyTx, application: Application): Promise<Problem> {
  const last = await findStep(tx, application.id, application.revision);
  // What the system does is not 系统系统's.
  const name = last?.personName === last?.orgName ? '' : last?.personName;
  const who = last ? `由${last.orgName}${name}处理（${historyActTitles[last.act]}）` : '被他人处理';
  return new Problem('stale-revision', `该申请刚${who}，请核对最新情况后再办理`);
}

const decisionTitles: Record<Decision, string> = { approve: '通过', return: '不通过' };

async function decideMany<Context extends ReviewContext>(
  context: Context,
  call: Call<never>,
  business: ReviewedBusiness<Context>,
  input: z.output<typeof decideApplications.input>,
): Promise<{ taskId: string; total: number }> {
  const { kind, act, orgId, group, decision, opinion } = input;
  const ids = input.ids ?? (await listDecidableIds(context.store.read, call.caller, { kind, act, orgId, group }));
  const taskId = await startTask(
    context,
    { kind: `${kind}:${act}`, title: `${business.title}批量办理`, total: ids.length, caller: call.caller },
    async (task) => {
      for (const slice of inSlices(ids, APPLICATIONS_PER_DECISION)) {
        if (task.stopping) return;
        const failures = await call.decide(async (tx: AnyTx, note) => {
          const found = (await getApplicationsWithin(tx, slice, call.caller)).filter((one) => one.kind === kind);
          const failed = await decideAll(context, tx, business, found, { decision, opinion, actor: call.caller });
          note(taskId, `${business.title}：${decisionTitles[decision]} ${found.length - failed.length} 项`);
          const missing = slice.filter((id) => !found.some((one) => one.id === id));
          return [...failed, ...missing.map((id) => ({ id, problem: new Problem('not-found', '没有这项申请') }))];
        });
        await task.advance(
          slice.length,
          failures.map(({ id, problem }) => ({ id, reason: problem.detail ?? problem.message })),
        );
      }
    },
  );
  return { taskId, total: ids.length };
}
