import { Problem } from '../../contracts/core/problems.ts';
import { PlatformTicket, TICKET_CLOCK_SKEW_MS, TICKET_TYPE, TICKET_VALID_MS } from '../../contracts/platform-ticket.ts';
import { isUsable } from '../../shared/messaging/directory.ts';
import type { Directory } from '../../shared/messaging/directory.ts';
import { holds, openEnvelope } from '../../shared/messaging/envelope.ts';
import type { Opened } from '../../shared/messaging/envelope.ts';
import { Refusal } from '../../shared/messaging/refusal.ts';
import { BadJson, parseStrictJson } from '../../shared/messaging/strict-json.ts';
import { nodeName } from '../../contracts/node-name.ts';

/** The way on, after every refusal. */
const AGAIN = '请回到省级学籍系统重新打开“统一平台”，或在本页用账号登录';

export function refused(why: string, wayOn: string = AGAIN): Problem {
  return new Problem('ticket-refused', `${why}，${wayOn}`);
}

/**
 * What a ticket says, when a province that may says so now: signed by a usable key of an active node, for an account of its
 * own, not a minute old, both clocks within `TICKET_CLOCK_SKEW_MS`. Throws `ticket-refused`. That it comes once is the
 * decision's part.
 */
export function readTicket(text: string, directory: Directory, nowMs: number): PlatformTicket {
  const opened = openedTicket(text);
  const key = opened && directory.key(opened.keyId);
  // An unknown key, an altered ticket and noise are one to who brings them.
  if (!key || !holds(opened, key.verifier, TICKET_TYPE)) throw refused('入口凭证无效或已被改动');
  const name = nodeName(key.node);
  if (key.state !== 'active')
    throw refused(`${name}的节点已被教育部停用`, '请在本页用账号登录，或联系省级系统的运行维护人员');
  if (!isUsable(key)) throw refused(`${name}签发凭证的密钥已停用或作废`);
  const ticket = parsedTicket(opened.payload);
  if (!ticket || ticket.province !== key.node) throw refused('入口凭证无效或已被改动');
  const [issuedMs, expiresMs] = [Date.parse(ticket.issuedAt), Date.parse(ticket.expiresAt)];
  if (expiresMs - issuedMs > TICKET_VALID_MS) throw refused('入口凭证的有效期超过规定');
  if (nowMs > expiresMs + TICKET_CLOCK_SKEW_MS) throw refused(`入口凭证已超过 ${TICKET_VALID_MS / 1_000} 秒，已经失效`);
  if (nowMs < issuedMs - TICKET_CLOCK_SKEW_MS)
    throw refused(
      `${name}节点的时钟比教育部快 ${TICKET_CLOCK_SKEW_MS / 1_000} 秒以上`,
      '请在本页用账号登录，并请省级运行维护人员校准时钟',
    );
  return ticket;
}

function openedTicket(text: string): Opened | undefined {
  try {
    return openEnvelope(Buffer.from(text, 'base64url'));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function parsedTicket(payload: Buffer): PlatformTicket | undefined {
  try {
    return PlatformTicket.safeParse(parseStrictJson(payload)).data;
  } catch (error) {
    if (error instanceof BadJson) return undefined;
    throw error;
  }
}
