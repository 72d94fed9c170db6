import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';
import { OrgLevel } from './orgs/org.ts';
import { Role } from './orgs/roles.ts';

/** 在线用户 (21.1): every bureau's system admin sees who is signed in within its subtree, and forces them off. */

export const OnlineUser = z.object({
  /** Of the session; its token does not follow from it. */
  id: z.string(),
  account: z.string(),
  personName: z.string(),
  role: Role,
  orgName: z.string(),
  orgLevel: OrgLevel,
  ip: z.string(),
  userAgent: z.string(),
  createdAt: z.string(),
  lastSeenAt: z.string(),
  /** The session in which the list is asked for. */
  isOwn: z.boolean(),
});
export type OnlineUser = z.infer<typeof OnlineUser>;

const access = { roles: ['system-admin'], reach: 'subtree' } as const;

const Conditions = z.object({
  /** Part of the account's or the person's name. */
  text: z.string().trim().max(64).optional(),
  orgId: z.string().max(10).optional(),
  role: Role.optional(),
});

export const listOnlineUsers = endpoint({
  method: 'get',
  path: '/api/online-users',
  title: '在线用户',
  access,
  input: PageInput.extend(Conditions.shape),
  output: PageOf(OnlineUser),
});

export const exportOnlineUsers = exportOf(listOnlineUsers);

export const FORCED_OFF_MAX = 200;

/** Sessions that are over meanwhile, or are one's own, are left out: the answer says how many were ended. */
export const forceOff = endpoint({
  method: 'post',
  path: '/api/online-users/force-off',
  title: '强制下线',
  access,
  input: z.object({ ids: z.array(z.string().max(64)).min(1).max(FORCED_OFF_MAX) }),
  output: z.object({ ended: z.int() }),
});

/** Everybody whom the conditions select, but the caller's own account. */
export const forceOffAll = endpoint({
  method: 'post',
  path: '/api/online-users/force-off-all',
  title: '全部强制下线',
  access,
  input: Conditions,
  output: z.object({ ended: z.int() }),
});
