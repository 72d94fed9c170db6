import type { SessionView } from '../../contracts/account.ts';
import type { Problem } from '../../contracts/core/problems.ts';
import { auditEntrance, enter } from '../../shared/account/enter.ts';
import { redeemTicket, TICKET_CLOCK_SKEW_MS } from '../../contracts/platform-ticket.ts';
import type { PlatformTicket } from '../../contracts/platform-ticket.ts';
import { nameAtHub } from '../../contracts/publication.ts';
import { setCookie } from '../../shared/account/cookie.ts';
import { newSession } from '../../shared/account/session.ts';
import { findAccount, noteSignIn } from '../../shared/account/table.ts';
import type { AccountTable } from '../../shared/account/table.ts';
import { sessionView } from '../../shared/account/view.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { rateLimit } from '../../shared/http/rate-limit.ts';
import { servePublic } from '../../shared/http/serve.ts';
import type { HttpSettings, RequestFacts } from '../../shared/http/serve.ts';
import { loadDirectory } from '../../shared/messaging/verify-log.ts';
import type { NodeBusiness } from '../../shared/node/start-node.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { readTicket, refused } from './read-ticket.ts';
import { forgetTickets, takeTicket } from './table.ts';

/** As at sign-in: tickets that one network address brings; a school's computers share one. */
const TICKETS_ONE_ADDRESS = 100;
const TICKETS_WINDOW_MS = 60_000;
const FORGET_EVERY_MS = 600_000;

type Settings = Pick<HttpSettings, 'https' | 'nodeName'>;

/** Who is signed in at a province comes in with a ticket of the province (features 18.1). */
export function platformTicket(settings: Settings, clock: Clock): NodeBusiness<Hub> {
  const perAddress = rateLimit(clock, TICKETS_ONE_ADDRESS, TICKETS_WINDOW_MS);
  return {
    name: 'platform-ticket',
    endpoints: [
      servePublic(redeemTicket, async (hub: Hub, request, { ticket }) => {
        perAddress.count(request.ip);
        return redeem(hub, settings, request, ticket);
      }),
    ],
    jobs: [{ name: 'forget-used-tickets', everyMs: FORGET_EVERY_MS, run: forgetUsed }],
  };
}

/**
 * A session of the ticket's account, as after a sign-in; whatever session the browser brought is ended. A ticket whose
 * signature holds is taken, and stands in the log, also when the account is not let in.
 */
async function redeem(hub: Hub, settings: Settings, request: RequestFacts, text: string): Promise<SessionView> {
  const ticket = readTicket(text, await loadDirectory(hub.store.read), hub.clock.now());
  const name = nameAtHub(ticket.account, ticket.province.slice(2));
  const session = newSession(hub, name, request);
  const problem = await hub.store.decide(async (tx) => {
    const account = await findAccount(tx, name);
    const problem = (await reasonAgainstTicket(tx, ticket)) ?? reasonAgainstAccount(account);
    if (account && !problem) {
      await enter(hub, tx, request, account, session.row);
      await noteSignIn(tx, name, isoTime(hub.clock.now()));
    }
    await auditEntrance(hub, tx, request, redeemTicket, account, problem?.detail ?? '登录成功');
    return problem;
  });
  if (problem) throw problem;
  request.answerHeader('Set-Cookie', setCookie(settings.https, session.token));
  return sessionView(hub, settings.nodeName, session.row.id);
}

async function reasonAgainstTicket(tx: Tx<HubDb>, { nonce, expiresAt }: PlatformTicket): Promise<Problem | undefined> {
  const forgetAt = isoTime(Date.parse(expiresAt) + TICKET_CLOCK_SKEW_MS);
  return (await takeTicket(tx, { nonce, forgetAt })) ? undefined : refused('入口凭证已经用过');
}

/** A lock after wrong passwords stops guesses, and a ticket is none; the province has asked for the password. */
function reasonAgainstAccount(account: AccountTable | undefined): Problem | undefined {
  if (!account) return refused('账号尚未同步到统一平台', '请几秒钟后回到省级学籍系统重新打开“统一平台”');
  if (account.state === 'disabled') return refused('账号已停用', '如需启用，请联系上级教育部门的系统管理员');
  if (account.mustChangePassword === 1)
    return refused('修改后的密码尚未同步到统一平台', '请几秒钟后回到省级学籍系统重新打开“统一平台”');
  return undefined;
}

async function forgetUsed(hub: Hub): Promise<void> {
  await hub.store.decide((tx) => forgetTickets(tx, isoTime(hub.clock.now())));
}
