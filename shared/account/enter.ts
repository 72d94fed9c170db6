import type { Endpoint } from '../../contracts/core/endpoint.ts';
import { appendAudit } from '../audit/audit.ts';
import { isoTime } from '../clock.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { tellPages } from '../http/news.ts';
import type { HttpContext, RequestFacts } from '../http/serve.ts';
import { findOrg } from '../org/table.ts';
import { endSession, insertSession, sessionId } from './session.ts';
import type { AccountTable, SessionTable } from './table.ts';

/** What every way of coming in does: with a password, or with a ticket from another node. */

/** The session begins; whatever session the browser brought is ended (A28). */
export async function enter(
  context: HttpContext,
  tx: AnyTx,
  { sessionToken }: RequestFacts,
  { orgId }: AccountTable,
  session: SessionTable,
): Promise<void> {
  if (sessionToken) await endSession(tx, sessionId(sessionToken));
  await insertSession(tx, session);
  tellPages(context, tx, 'online-users', [orgId]);
}

/** Who came in, or tried to. What was typed for a name that nobody has may be a password: it is not kept. */
export async function auditEntrance(
  { clock }: Pick<HttpContext, 'clock'>,
  tx: AnyTx,
  { requestId, ip }: RequestFacts,
  { path, title }: Endpoint,
  account: AccountTable | undefined,
  summary: string,
): Promise<void> {
  const org = account && (await findOrg(tx, account.orgId));
  await appendAudit(tx, {
    at: isoTime(clock.now()),
    account: account?.name ?? '',
    orgId: org?.id ?? '',
    orgPath: org?.path ?? '',
    action: path,
    title,
    subject: account?.name ?? '',
    summary,
    requestId,
    ip,
  });
}
