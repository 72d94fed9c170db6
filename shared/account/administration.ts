import * as contract from '../../contracts/account-administration.ts';
import { accountMoves, reasonAgainstAdministering } from '../../contracts/account-administration.ts';
import type { AccountMove, ManagedAccount } from '../../contracts/account-administration.ts';
import { move } from '../../contracts/core/moves.ts';
import type { Page } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { isWithin } from '../../contracts/orgs/org.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { roleTitles } from '../../contracts/orgs/roles.ts';
import { must } from '../assert.ts';
import { isoTime } from '../clock.ts';
import { afterCommit } from '../db/decision.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { tellPages } from '../http/news.ts';
import { serve } from '../http/serve.ts';
import type { Call, Caller, HttpContext, Note, Served } from '../http/serve.ts';
import { mustBeInScope } from '../org/scope.ts';
import { findOrg } from '../org/table.ts';
import { serveList } from '../query/exported-list.ts';
import type { ListContext } from '../query/exported-list.ts';
import { countActive, listManaged } from './managed.ts';
import type { AccountQuery } from './managed.ts';
import { hashPassword, newIssuedPassword } from './password.ts';
import { deleteSecondFactor } from './second-factor.ts';
import { accountsSheet } from './sheet.ts';
import { standingOf } from './standing.ts';
import {
  bumpRevision,
  createAccount,
  disableAccount,
  endSessionsOf,
  findAccount,
  changeAccount,
  resetAccount,
} from './table.ts';
import type { AccountTable } from './table.ts';

interface Seen {
  name: string;
  revision: number;
}
interface Issued {
  name: string;
  password: string;
}

/** 机构用户 (21.2): the accounts of one's own org and below, created, disabled and reset by the org above. */
export const administrationEndpoints: readonly Served<ListContext>[] = [
  ...serveList(contract.listAccounts, contract.exportAccounts, { find: list, sheet: accountsSheet }),
  serve(contract.createAccount, create),
  serve(contract.editAccount, edit),
  serve(contract.disableAccount, disable),
  serve(contract.enableAccount, (context: HttpContext, call: Call<never>, seen) =>
    issue(context, call, 'enable', seen),
  ),
  serve(contract.resetPassword, (context: HttpContext, call: Call<never>, seen) => issue(context, call, 'reset', seen)),
  serve(contract.resetSecondFactor, takeSecondFactor),
];

async function list(context: ListContext, call: Call<never>, input: AccountQuery): Promise<Page<ManagedAccount>> {
  if (input.orgId) await mustBeInScope(context.store.read, input.orgId, call.caller);
  return listManaged(context.store.read, call.caller, input, context.clock.now());
}

/** With an issued password. A repeat finds the name taken: there are never two. */
async function create(
  context: HttpContext,
  call: Call<never>,
  {
    name,
    personName,
    role,
    orgId = call.caller.org.id,
  }: Pick<AccountTable, 'name' | 'personName' | 'role'> & {
    orgId?: string | undefined;
  },
): Promise<Issued> {
  const password = newIssuedPassword(context.random, name);
  const passwordHash = await hashPassword(password);
  await call.decide(async (tx, note) => {
    const org = await findOrg(tx, orgId);
    if (!org || !isWithin(org.path, call.caller.org.path)) throw new Problem('not-found');
    mustAdminister(call.caller, { role }, org, '/role');
    const now = isoTime(context.clock.now());
    await createAccount(tx, { name, personName, role, orgId, passwordHash, mustChangePassword: true }, now);
    tellPages(context, tx, 'accounts', [orgId]);
    note(name, `${personName}，${org.name}，${roleTitles[role]}`);
  });
  return { name, password };
}

/**
 * Name or role. Who has another role signs in anew: the pages of the old one are not for it. The last account of a role does
 * not leave it, as it is not disabled.
 */
async function edit(
  context: HttpContext,
  call: Call<never>,
  { personName, role, ...seen }: Seen & Pick<AccountTable, 'personName' | 'role'>,
): Promise<Record<string, never>> {
  await change(context, call, seen, async (tx, note, account, org) => {
    const hasOtherRole = account.role !== role;
    if (hasOtherRole) {
      mustAdminister(call.caller, { name: account.name, role }, org, '/role');
      await mustNotBeLast(context, tx, account, org, '改任其他角色');
    }
    note(account.name, changesText(account, { personName, role }));
    await changeAccount(tx, account.name, { personName, role });
    return hasOtherRole ? endSessionsOf(tx, account.name) : [];
  });
  return {};
}

function changesText(before: Pick<AccountTable, 'personName' | 'role'>, after: typeof before): string {
  const changes = [
    before.personName === after.personName ? [] : [`姓名 ${before.personName} 改为 ${after.personName}`],
    before.role === after.role ? [] : [`角色 ${roleTitles[before.role]} 改为 ${roleTitles[after.role]}`],
  ].flat();
  return changes.length === 0 ? '没有改动' : changes.join('；');
}

/**
 * At once, sessions included. Not the last account of a role that can still sign in: what waits for the role would wait for
 * nobody. (An account that may be in wrong hands is closed by a new password as well.)
 */
async function disable(
  context: HttpContext,
  call: Call<never>,
  { reason, ...seen }: Seen & { reason: string },
): Promise<Record<string, never>> {
  await change(context, call, seen, async (tx, note, account, org) => {
    move(accountMoves, 'disable', standingOf(account, context.clock.now()));
    await mustNotBeLast(context, tx, account, org, '停用');
    note(account.name, `停用原因：${reason}`);
    return disableAccount(tx, account.name, reason);
  });
  return {};
}

/** 启用 and 重置密码 both begin with a new password, so that a frozen or locked account opens again. */
async function issue(context: HttpContext, call: Call<never>, name: AccountMove, seen: Seen): Promise<Issued> {
  const password = newIssuedPassword(context.random, seen.name);
  const passwordHash = await hashPassword(password);
  await change(context, call, seen, async (tx, note, account) => {
    const nowMs = context.clock.now();
    move(accountMoves, name, standingOf(account, nowMs));
    note(account.name, '已生成新的初始密码');
    return resetAccount(tx, account.name, passwordHash, isoTime(nowMs));
  });
  return { name: seen.name, password };
}

/** For who has lost the telephone. The password stays, and is then all that is asked until another is set up. */
async function takeSecondFactor(context: HttpContext, call: Call<never>, seen: Seen): Promise<Record<string, never>> {
  await change(context, call, seen, async (tx, note, account) => {
    if (!(await deleteSecondFactor(tx, account.name))) throw new Problem('illegal-move', '该账号没有启用动态口令');
    note(account.name);
    await bumpRevision(tx, account.name);
    return [];
  });
  return {};
}

type Change = (tx: AnyTx, note: Note, account: AccountTable, org: Org) => Promise<string[]>;

/**
 * One change of an account within the caller's subtree, by who may, on what the caller saw. Pages of the sessions that it
 * ends are told. Throws `not-found`, `not-allowed` in words, `stale-revision`.
 */
async function change(context: HttpContext, call: Call<never>, seen: Seen, work: Change): Promise<void> {
  await call.decide(async (tx: AnyTx, note) => {
    const account = await findAccount(tx, seen.name);
    if (!account) throw new Problem('not-found');
    await mustBeInScope(tx, account.orgId, call.caller);
    const org = must(await findOrg(tx, account.orgId), 'org of the account');
    mustAdminister(call.caller, account, org, '/name');
    if (account.revision !== seen.revision)
      throw new Problem('stale-revision', '该账号刚被他人修改，请刷新列表后再操作');
    const ended = await work(tx, note, account, org);
    afterCommit(tx, () => context.events.forceOff(ended));
    tellPages(context, tx, 'accounts', [org.id]);
    if (ended.length > 0) tellPages(context, tx, 'online-users', [org.id]);
  });
}

function mustAdminister(
  caller: Caller,
  account: Pick<AccountTable, 'role'> & { name?: string },
  org: Org,
  pointer: string,
): void {
  const target = { ...account, orgId: org.id, orgLevel: org.level };
  const admin = { account: caller.account, orgId: caller.org.id, orgLevel: caller.org.level };
  const detail = reasonAgainstAdministering(admin, target);
  if (detail) throw new Problem('invalid-input', detail, { errors: [{ pointer, detail }] });
}

/** Throws `illegal-move` for the only account of its role at the org that can sign in. */
async function mustNotBeLast(
  { clock }: HttpContext,
  tx: AnyTx,
  account: AccountTable,
  org: Org,
  what: string,
): Promise<void> {
  const standing = standingOf(account, clock.now());
  if (standing === 'frozen' || standing === 'disabled') return;
  if ((await countActive(tx, account, clock.now())) > 0) return;
  throw new Problem(
    'illegal-move',
    `这是${org.name}唯一可用的“${roleTitles[account.role]}”账号，${what}后该机构的业务无人办理。请先新建接任人的账号；如怀疑账号被盗用，请重置密码`,
  );
}
