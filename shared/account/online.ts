import type { z } from 'zod';
import { exportOnlineUsers, forceOff, forceOffAll, listOnlineUsers } from '../../contracts/online-user.ts';
import type { OnlineUser } from '../../contracts/online-user.ts';
import type { Page } from '../../contracts/core/page.ts';
import { isoTime } from '../clock.ts';
import { afterCommit } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import { tellPages } from '../http/news.ts';
import { serve } from '../http/serve.ts';
import type { Call, Caller, HttpContext, Served } from '../http/serve.ts';
import { atOrBelow, mustBeInScope, withinScope } from '../org/scope.ts';
import type { OrgTables } from '../org/table.ts';
import { serveList } from '../query/exported-list.ts';
import type { ListContext } from '../query/exported-list.ts';
import { pageOf } from '../query/page-of.ts';
import { namedLike } from './managed.ts';
import { SESSION_IDLE_MS } from './session.ts';
import { onlineSheet } from './sheet.ts';
import type { AccountTables } from './table.ts';

type Conditions = z.output<typeof forceOffAll.input>;

/** 在线用户 (21.1, the ministry's chapter 21): who is signed in within the subtree; one, some or all are forced off. */
export const onlineEndpoints: readonly Served<ListContext>[] = [
  ...serveList(listOnlineUsers, exportOnlineUsers, { find: list, sheet: onlineSheet }),
  serve(forceOff, (context: HttpContext, call: Call<never>, { ids }) =>
    end(context, call, async (tx) => {
      const chosen = await live(tx, context, call.caller, {}).where('session.id', 'in', ids).execute();
      return chosen.filter(({ id }) => id !== call.caller.sessionId);
    }),
  ),
  serve(forceOffAll, async (context: HttpContext, call: Call<never>, conditions) => {
    if (conditions.orgId) await mustBeInScope(context.store.read, conditions.orgId, call.caller);
    return end(context, call, (tx) =>
      live(tx, context, call.caller, conditions).where('session.account', '!=', call.caller.account).execute(),
    );
  }),
];

async function list(
  context: ListContext,
  call: Call<never>,
  input: z.output<typeof listOnlineUsers.input>,
): Promise<Page<OnlineUser>> {
  if (input.orgId) await mustBeInScope(context.store.read, input.orgId, call.caller);
  const page = await pageOf(live(context.store.read, context, call.caller, input), input, {
    sortable: { lastSeenAt: 'session.lastSeenAt', createdAt: 'session.createdAt', account: 'session.account' },
    defaultSort: '-lastSeenAt',
    unique: 'session.id',
  });
  return { rows: page.rows.map((row) => ({ ...row, isOwn: row.id === call.caller.sessionId })), total: page.total };
}

/** Sessions of the subtree that are neither idle too long nor over. The table holds little else: a job clears it. */
function live(db: AnyDb, { clock }: HttpContext, caller: Caller, { text, orgId, role }: Conditions) {
  const nowMs = clock.now();
  let query = tablesOf<AccountTables & OrgTables>(db)
    .selectFrom('session')
    .innerJoin('account', 'account.name', 'session.account')
    .innerJoin('org', 'org.id', 'account.orgId')
    .select(['session.id', 'session.account', 'session.ip', 'session.userAgent', 'session.createdAt'])
    .select(['session.lastSeenAt', 'account.personName', 'account.role', 'account.orgId'])
    .select(['org.name as orgName', 'org.level as orgLevel'])
    .where('session.endsAt', '>', isoTime(nowMs))
    .where('session.lastSeenAt', '>', isoTime(nowMs - SESSION_IDLE_MS))
    .where('account.state', '=', 'active')
    .where(withinScope('account.orgId', caller));
  if (orgId) query = query.where(atOrBelow('account.orgId', orgId));
  if (text) query = query.where(namedLike(text));
  if (role) query = query.where('account.role', '=', role);
  return query;
}

/** Rows a statement deletes at once: SQLite takes 32,766 parameters. */
const SESSIONS_PER_DELETE = 1_000;

/** Ends what `choose` finds, with an audit entry for each account: on the server, and at the pages that show it. */
async function end(
  context: HttpContext,
  call: Call<never>,
  choose: (tx: AnyTx) => Promise<{ id: string; account: string; orgId: string }[]>,
): Promise<{ ended: number }> {
  return call.decide(async (tx: AnyTx, note) => {
    const chosen = await choose(tx);
    const ids = chosen.map(({ id }) => id);
    for (let from = 0; from < ids.length; from += SESSIONS_PER_DELETE)
      await tablesOf<AccountTables>(tx)
        .deleteFrom('session')
        .where('id', 'in', ids.slice(from, from + SESSIONS_PER_DELETE))
        .execute();
    for (const account of new Set(chosen.map((one) => one.account))) note(account, '已强制下线');
    tellPages(context, tx, 'online-users', new Set(chosen.map(({ orgId }) => orgId)));
    afterCommit(tx, () => context.events.forceOff(ids));
    return { ended: ids.length };
  });
}
