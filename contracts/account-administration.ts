import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import type { Moves } from './core/moves.ts';
import { PageInput, PageOf } from './core/page.ts';
import { OrgLevel, orgLevelTitles } from './orgs/org.ts';
import { Role, roleTitles } from './orgs/roles.ts';

/** 机构用户 (21.2): a bureau's system admin looks after the accounts of its own org and of those below. */

/** How an account stands now. Only `disabled` is stored; the others follow from its times. */
export const AccountStanding = z.enum(['active', 'locked', 'frozen', 'disabled']);
export type AccountStanding = z.infer<typeof AccountStanding>;

export const accountStandingTitles: Record<AccountStanding, string> = {
  active: '正常',
  locked: '已锁定',
  frozen: '已冻结',
  disabled: '已停用',
};

/** 2025 办法 第24条: an account that nobody has used for half a year is frozen. */
export const ACCOUNT_IDLE_DAYS = 180;

/** An enabled account begins with a new password, so that nobody comes back with the one from before. */
export const accountMoves = {
  disable: { title: '停用', from: ['active', 'locked', 'frozen'], to: 'disabled' },
  enable: { title: '启用', from: ['disabled'], to: 'active' },
  reset: { title: '重置密码', from: ['active', 'locked', 'frozen'], to: 'active' },
} as const satisfies Moves<AccountStanding>;
export type AccountMove = keyof typeof accountMoves;

/** Which roles the accounts of an org can have (glossary). */
export const rolesAt: Record<OrgLevel, readonly Role[]> = {
  ministry: ['ministry-operator', 'ministry-arbitrator', 'system-admin'],
  province: ['bureau-registrar', 'system-admin'],
  city: ['bureau-registrar', 'system-admin'],
  county: ['bureau-registrar', 'system-admin'],
  school: ['school-registrar', 'school-head'],
};

/** The system admin who acts, or the account that is acted upon; `name` is absent while it is being created. */
export interface Administered {
  name?: string;
  role: Role;
  orgId: string;
  orgLevel: OrgLevel;
}

/**
 * Why the system admin may not create or change such an account of its own org or of one below (that it is one of these
 * is the scope's part); undefined when it may. Accounts come from the org above (21.2): a system admin looks after the
 * other roles of its own org, and after every role below; those of its own kind beside it and it itself are left to the org
 * above, so that nobody gives away or takes what they were given. The ministry looks after its own accounts only: those of a
 * province are the province's.
 */
export function reasonAgainstAdministering(
  admin: { account: string; orgId: string; orgLevel: OrgLevel },
  target: Administered,
): string | undefined {
  if (!rolesAt[target.orgLevel].includes(target.role))
    return `${orgLevelTitles[target.orgLevel]}没有“${roleTitles[target.role]}”，请选择其他角色`;
  if (admin.orgLevel === 'ministry' && target.orgLevel !== 'ministry')
    return '省级账号由所在省的系统管理员在省级学籍系统中办理';
  if (target.name === admin.account) return '不能操作自己的账号；修改密码和动态口令请点击右上角姓名';
  if (target.role !== 'system-admin' || target.orgId !== admin.orgId) return undefined;
  return target.orgLevel === 'province' || target.orgLevel === 'ministry'
    ? '本单位系统管理员的账号由本节点的运行维护人员在服务器上办理'
    : '本单位系统管理员的账号由上级教育部门的系统管理员办理';
}

/** Who creates and resets an account, as people are told when theirs does not let them in. */
export function administratorOf(role: Role, orgName: string, parentName: string | undefined): string {
  const fromOwnOrg: readonly Role[] = ['bureau-registrar', 'ministry-operator', 'ministry-arbitrator'];
  if (fromOwnOrg.includes(role)) return `${orgName}的系统管理员`;
  return parentName === undefined ? '本节点的运行维护人员' : `${parentName}的系统管理员`;
}

export const ManagedAccount = z.object({
  name: z.string(),
  personName: z.string(),
  role: Role,
  orgId: z.string(),
  orgName: z.string(),
  orgLevel: OrgLevel,
  standing: AccountStanding,
  /** Why and when it was disabled; null when it is not. */
  disabledReason: z.string().nullable(),
  lockedUntil: z.string().nullable(),
  /** The issued password was not changed yet. */
  mustChangePassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  lastSignInAt: z.string().nullable(),
  createdAt: z.string(),
  /** Rises with every administrative change: what a system admin saw when acting. */
  revision: z.int(),
});
export type ManagedAccount = z.infer<typeof ManagedAccount>;

const list = { roles: ['system-admin'], reach: 'subtree' } as const;
const one = { roles: ['system-admin'], reach: { one: 'account', from: 'name' } } as const;

/** Whether a list is of one org or of what is below it too. */
export const OrgExtent = z.enum(['subtree', 'own']);
export const orgExtentTitles: Record<z.infer<typeof OrgExtent>, string> = {
  subtree: '含下级机构',
  own: '仅所选机构',
};

export const listAccounts = endpoint({
  method: 'get',
  path: '/api/accounts',
  title: '机构用户',
  access: list,
  input: PageInput.extend({
    /** Part of the account's or the person's name. */
    text: z.string().trim().max(64).optional(),
    /** The caller's own when absent. */
    orgId: z.string().max(10).optional(),
    extent: OrgExtent.default('subtree'),
    role: Role.optional(),
    standing: AccountStanding.optional(),
  }),
  output: PageOf(ManagedAccount),
});

export const exportAccounts = exportOf(listAccounts);

/** Lower case, so that no two names differ in case only; said on the telephone and typed by hand. */
export const AccountName = z
  .string()
  .trim()
  .regex(/^[a-z][a-z\d._-]{3,31}$/, '4 至 32 位小写字母、数字或 . _ -，以字母开头');

const PersonName = z.string().trim().min(2, '请填写真实姓名').max(50, '最多 50 个字');

/** Shown once, handed over by the system admin, changed at the first sign-in. */
const Issued = z.object({ name: z.string(), password: z.string() });

export const createAccount = endpoint({
  method: 'post',
  path: '/api/accounts/create',
  title: '新建账号',
  access: list,
  input: z.object({
    name: AccountName,
    personName: PersonName,
    role: Role,
    /** The caller's own when absent. */
    orgId: z.string().max(10).optional(),
  }),
  output: Issued,
});

const Seen = z.object({ name: z.string().min(1).max(64), revision: z.int() });

/** A name that was written wrongly, or another role at the same org. Another person gets another account (一人一号). */
export const editAccount = endpoint({
  method: 'post',
  path: '/api/accounts/edit',
  title: '修改账号',
  access: one,
  input: Seen.extend({ personName: PersonName, role: Role }),
  output: z.object({}),
  problems: ['illegal-move', 'stale-revision'],
});

export const disableAccount = endpoint({
  method: 'post',
  path: '/api/accounts/disable',
  title: '停用账号',
  access: one,
  input: Seen.extend({ reason: z.string().trim().min(1, '请填写停用原因').max(200) }),
  output: z.object({}),
  problems: ['illegal-move', 'stale-revision'],
});

export const enableAccount = endpoint({
  method: 'post',
  path: '/api/accounts/enable',
  title: '启用账号',
  access: one,
  input: Seen,
  output: Issued,
  problems: ['illegal-move', 'stale-revision'],
});

export const resetPassword = endpoint({
  method: 'post',
  path: '/api/accounts/reset-password',
  title: '重置密码',
  access: one,
  input: Seen,
  output: Issued,
  problems: ['illegal-move', 'stale-revision'],
});

export const resetSecondFactor = endpoint({
  method: 'post',
  path: '/api/accounts/reset-second-factor',
  title: '解除动态口令',
  access: one,
  input: Seen,
  output: z.object({}),
  problems: ['illegal-move', 'stale-revision'],
});
