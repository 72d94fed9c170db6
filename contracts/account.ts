import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { NodeId } from './core/message.ts';
import { OrgLevel, SchoolCategory, Stage } from './orgs/org.ts';
import { Role } from './orgs/roles.ts';

/** Accounts and sessions, the same on a province node and at the hub. */

export const PASSWORD_LENGTH_MIN = 10;
export const PASSWORD_LENGTH_MAX = 128;

/** Why a password is refused, as Chinese text; undefined when it will do. Length first, then three of four kinds of characters. */
export function reasonAgainstPassword(password: string, accountName: string): string | undefined {
  if (password.length < PASSWORD_LENGTH_MIN) return `至少 ${PASSWORD_LENGTH_MIN} 个字符`;
  if (password.length > PASSWORD_LENGTH_MAX) return `最多 ${PASSWORD_LENGTH_MAX} 个字符`;
  if (password.toLowerCase().includes(accountName.toLowerCase())) return '不能包含账号名';
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length;
  if (kinds < 3) return '须包含大写字母、小写字母、数字、符号中的至少三种';
  return undefined;
}

/** Six digits of an authenticator app (RFC 6238); people type them in two groups. */
export const SecondFactorCode = z
  .string()
  .transform((text) => text.replace(/\s/g, ''))
  .pipe(z.string().regex(/^\d{6}$/, '动态口令为 6 位数字'));

export const SessionView = z.object({
  account: z.string(),
  personName: z.string(),
  role: Role,
  org: z.object({
    id: z.string(),
    name: z.string(),
    level: OrgLevel,
    path: z.string(),
    schoolCategory: SchoolCategory.nullable(),
    stages: z.array(Stage),
  }),
  /** Which node the page is on: `hub` or `p-37`, and its Chinese name (山东省 / 教育部). */
  node: z.string(),
  nodeName: z.string(),
  mustChangePassword: z.boolean(),
  /** Whether a code of the second factor is asked at sign-in. */
  hasSecondFactor: z.boolean(),
  /** The node that looks after the account, when it is another: its password is changed there. */
  home: NodeId.nullable(),
  /** Sent back as `X-CSRF-Token` with every request that writes. */
  csrfToken: z.string(),
  idleEndsAt: z.string(),
});
export type SessionView = z.infer<typeof SessionView>;

/** What an account may answer to a password. */
const refusals = ['sign-in-failed', 'account-locked', 'account-disabled', 'account-frozen'] as const;

export const signIn = endpoint({
  method: 'post',
  path: '/api/session/sign-in',
  title: '登录',
  access: 'public',
  input: z.object({
    account: z.string().min(1).max(64),
    password: z.string().min(1).max(PASSWORD_LENGTH_MAX),
    /** Of the second factor, when the account has one: asked for with `second-factor-required`. */
    code: SecondFactorCode.optional(),
  }),
  output: SessionView,
  problems: [...refusals, 'second-factor-required', 'second-factor-wrong', 'too-many-requests'],
});

const everyRole = { roles: Role.options, reach: 'self' } as const;

export const currentSession = endpoint({
  method: 'get',
  path: '/api/session',
  title: '当前登录',
  access: everyRole,
  input: z.object({}),
  output: SessionView,
});

export const signOut = endpoint({
  method: 'post',
  path: '/api/session/sign-out',
  title: '退出登录',
  access: everyRole,
  input: z.object({}),
  output: z.object({}),
});

export const changePassword = endpoint({
  method: 'post',
  path: '/api/session/change-password',
  title: '修改密码',
  access: everyRole,
  input: z.object({ oldPassword: z.string(), newPassword: z.string().max(PASSWORD_LENGTH_MAX) }),
  output: SessionView,
  problems: [...refusals, 'password-too-weak', 'illegal-move'],
});

const Password = z.string().min(1).max(PASSWORD_LENGTH_MAX);

/** 启用动态口令, first step: a new secret for the authenticator app. It counts only once a code of it has come back. */
export const startSecondFactor = endpoint({
  method: 'post',
  path: '/api/second-factor/start',
  title: '申请动态口令',
  access: everyRole,
  input: z.object({ password: Password }),
  output: z.object({
    /** For the QR code. */
    uri: z.string(),
    /** Base32, for typing it in. */
    secret: z.string(),
  }),
  problems: [...refusals, 'illegal-move'],
});

/** The second step: the app shows codes of the secret. Ends the other sessions of the account. */
export const confirmSecondFactor = endpoint({
  method: 'post',
  path: '/api/second-factor/confirm',
  title: '启用动态口令',
  access: everyRole,
  input: z.object({ code: SecondFactorCode }),
  output: SessionView,
  problems: ['second-factor-wrong', 'illegal-move'],
});

export const removeSecondFactor = endpoint({
  method: 'post',
  path: '/api/second-factor/remove',
  title: '停用动态口令',
  access: everyRole,
  input: z.object({ password: Password, code: SecondFactorCode }),
  output: SessionView,
  problems: [...refusals, 'second-factor-wrong', 'illegal-move'],
});

export const OrgNode = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  name: z.string(),
  level: OrgLevel,
  hasChildren: z.boolean(),
});
export type OrgNode = z.infer<typeof OrgNode>;

/** The children of one org (the caller's own when absent): the org tree loads level by level. */
export const listOrgChildren = endpoint({
  method: 'get',
  path: '/api/orgs/children',
  title: '机构树',
  access: { roles: Role.options, reach: 'subtree' },
  input: z.object({ parentId: z.string().optional() }),
  output: z.object({ orgs: z.array(OrgNode) }),
});
