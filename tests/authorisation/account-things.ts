import type { Role } from '../../contracts/orgs/roles.ts';
import { insertSession, newSession } from '../../shared/account/session.ts';
import { createAccount } from '../../shared/account/table.ts';
import { isoTime } from '../../shared/clock.ts';
import type { HttpContext } from '../../shared/http/serve.ts';

/** Things and inputs of the matrix that both kinds of node have. */

/** Named by a number of its own; the last of its role it never is, because each org has its seeded ones. */
export async function accountAt(context: HttpContext, orgId: string, role: Role): Promise<string> {
  const name = `thing-${context.ids.next()}`;
  const account = { name, personName: '测试', role, orgId, passwordHash: 'none', mustChangePassword: false };
  await context.store.decide((tx) => createAccount(tx, account, isoTime(context.clock.now())));
  return name;
}

export async function sessionOf(context: HttpContext, account: string): Promise<string> {
  const { row } = newSession(context, account, { ip: '', userAgent: '' });
  await context.store.decide((tx) => insertSession(tx, row));
  return row.id;
}

/** What operators do about messages: no such message, alarm or quarantine is there. */
export const operatorInputs = {
  '/api/messages/replay': { position: 1_000_000 },
  '/api/messages/drop': { position: 1_000_000, reason: '测试' },
  '/api/links/alarms/evidence': { id: 1_000_000 },
  '/api/links/alarms/handle': { id: 1_000_000, remark: '测试' },
  '/api/links/lift-quarantine': { peer: 'p-99', reason: '测试' },
};

export const codeInputs = {
  '/api/second-factor/confirm': { code: '000000' },
  '/api/second-factor/remove': { code: '000000' },
};
