import { createHash, timingSafeEqual } from 'node:crypto';
import type { NodeId } from '../../contracts/core/message.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { isoTime } from '../clock.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import type { Caller, HttpContext, RequestFacts } from '../http/serve.ts';
import type { OrgTables } from '../org/table.ts';
import type { AccountTables, SessionTable } from './table.ts';

/** Without a request for so long, a session is over (ASVS 7.3.1). */
export const SESSION_IDLE_MS = 30 * 60_000;
/** And in any case after so long (ASVS 7.3.2). */
export const SESSION_MAX_MS = 12 * 3_600_000;
/** `lastSeenAt` is written at most so often: a request must not cost a disk write. */
export const SESSION_SEEN_EVERY_MS = 60_000;
const USER_AGENT_LENGTH_MAX = 200;

/** A live session with its caller as the database says it now. */
export interface LiveSession {
  caller: Caller;
  csrfToken: string;
  mustChangePassword: boolean;
  hasSecondFactor: boolean;
  home: NodeId | null;
  lastSeenAt: string;
}

export function sessionId(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * The session of a token: neither idle too long nor over its end, its account active. Undefined otherwise; which of the
 * reasons it was is not told.
 */
export async function findSession(db: AnyDb, id: string, nowMs: number): Promise<LiveSession | undefined> {
  const row = await tablesOf<AccountTables & OrgTables>(db)
    .selectFrom('session')
    .innerJoin('account', 'account.name', 'session.account')
    .innerJoin('org', 'org.id', 'account.orgId')
    .leftJoin('second_factor', 'second_factor.account', 'account.name')
    .select(['session.csrfToken', 'session.lastSeenAt', 'account.name', 'account.personName', 'account.role'])
    .select(['account.mustChangePassword', 'org.id as orgId', 'org.name as orgName', 'org.level', 'org.path'])
    .select(['second_factor.confirmedAt', 'account.home'])
    .where('session.id', '=', id)
    .where('session.endsAt', '>', isoTime(nowMs))
    .where('session.lastSeenAt', '>', isoTime(nowMs - SESSION_IDLE_MS))
    .where('account.state', '=', 'active')
    .executeTakeFirst();
  return (
    row && {
      caller: {
        account: row.name,
        personName: row.personName,
        role: row.role,
        org: { id: row.orgId, name: row.orgName, level: row.level, path: row.path },
        sessionId: id,
      },
      csrfToken: row.csrfToken,
      mustChangePassword: row.mustChangePassword === 1,
      hasSecondFactor: row.confirmedAt !== null,
      home: row.home,
      lastSeenAt: row.lastSeenAt,
    }
  );
}

/** Notes that the person was here. Requests that pages make by themselves do not count. */
export async function seeSession(context: HttpContext, session: LiveSession): Promise<void> {
  const nowMs = context.clock.now();
  if (Date.parse(session.lastSeenAt) + SESSION_SEEN_EVERY_MS > nowMs) return;
  await context.store.decide((tx) =>
    tablesOf<AccountTables>(tx)
      .updateTable('session')
      .set({ lastSeenAt: isoTime(nowMs) })
      .where('id', '=', session.caller.sessionId)
      .execute(),
  );
}

export interface NewSession {
  /** Goes into the cookie and is stored nowhere. */
  token: string;
  row: SessionTable;
}

/** Always a new token: one that was known before sign-in is worth nothing after it (A24). */
export function newSession(
  context: HttpContext,
  account: string,
  request: Pick<RequestFacts, 'ip' | 'userAgent'>,
): NewSession {
  const nowMs = context.clock.now();
  const token = Buffer.from(context.random.bytes(32)).toString('base64url');
  const row: SessionTable = {
    id: sessionId(token),
    account,
    createdAt: isoTime(nowMs),
    lastSeenAt: isoTime(nowMs),
    endsAt: isoTime(nowMs + SESSION_MAX_MS),
    csrfToken: Buffer.from(context.random.bytes(32)).toString('base64url'),
    ip: request.ip,
    userAgent: request.userAgent.slice(0, USER_AGENT_LENGTH_MAX),
  };
  return { token, row };
}

export async function insertSession(tx: AnyTx, row: SessionTable): Promise<void> {
  await tablesOf<AccountTables>(tx).insertInto('session').values(row).execute();
}

export async function endSession(tx: AnyTx, id: string): Promise<void> {
  await tablesOf<AccountTables>(tx).deleteFrom('session').where('id', '=', id).execute();
}

/** Removes the rows of sessions that are over. A periodic job. */
export async function removeEndedSessions(context: HttpContext): Promise<void> {
  const nowMs = context.clock.now();
  await context.store.decide((tx) =>
    tablesOf<AccountTables>(tx)
      .deleteFrom('session')
      .where((eb) =>
        eb.or([eb('endsAt', '<=', isoTime(nowMs)), eb('lastSeenAt', '<=', isoTime(nowMs - SESSION_IDLE_MS))]),
      )
      .execute(),
  );
}

/** Throws `cross-site-request` unless `given` is the session's token; compared in constant time. */
export function mustKnowCsrfToken(session: LiveSession, given: string | undefined): void {
  const [want, have] = [Buffer.from(session.csrfToken), Buffer.from(given ?? '')];
  if (want.length !== have.length || !timingSafeEqual(want, have)) {
    throw new Problem('cross-site-request', '页面已过期，请刷新后再试');
  }
}
