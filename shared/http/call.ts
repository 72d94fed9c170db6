import type { Endpoint } from '../../contracts/core/endpoint.ts';
import { appendAudit } from '../audit/audit.ts';
import { isoTime } from '../clock.ts';
import type { Call, Caller, HttpContext, RequestFacts } from './serve.ts';
import type { AnyTx } from '../db/tables-of.ts';

interface Noted {
  subject: string;
  summary: string;
}

const unnoted: Noted = { subject: '', summary: '' };

/** Calls that have left an entry: a bulk read whose handler noted what was read needs no second one. */
const audited = new WeakSet<object>();

/** The call that a handler gets: its `decide` cannot write without the audit entry. */
export function callOf(context: HttpContext, endpoint: Endpoint, request: RequestFacts, caller: Caller): Call<never> {
  const call: Call<never> = {
    ...request,
    caller,
    decide: (work) =>
      context.store.decide(async (tx) => {
        const notes: Noted[] = [];
        const result = await work(tx as never, (subject, summary = '') => notes.push({ subject, summary }));
        await append(tx, context, endpoint, call, notes.length > 0 ? notes : [unnoted]);
        audited.add(call);
        return result;
      }),
  };
  return call;
}

/**
 * For reads in bulk (`audited`), after the handler and before the answer: without an entry there is no answer. A
 * handler that has more to tell (which pupil, why) does so with `call.decide((tx, note) => …)`, and that is the entry.
 */
export async function auditRead(
  context: HttpContext,
  endpoint: Endpoint,
  call: RequestFacts & { caller: Caller },
): Promise<void> {
  if (!audited.has(call)) await context.store.decide((tx) => append(tx, context, endpoint, call, [unnoted]));
}

async function append(
  tx: AnyTx,
  { clock }: HttpContext,
  endpoint: Endpoint,
  { caller, requestId, ip }: RequestFacts & { caller: Caller },
  notes: readonly Noted[],
): Promise<void> {
  for (const { subject, summary } of notes) {
    await appendAudit(tx, {
      at: isoTime(clock.now()),
      account: caller.account,
      orgId: caller.org.id,
      orgPath: caller.org.path,
      action: endpoint.path,
      title: endpoint.title,
      subject,
      summary,
      requestId,
      ip,
    });
  }
}
