import { accountStandingTitles } from '../../contracts/account-administration.ts';
import type { ManagedAccount } from '../../contracts/account-administration.ts';
import { browserName } from '../../contracts/browser-name.ts';
import { dateText, timeText } from '../../contracts/core/china-time.ts';
import type { OnlineUser } from '../../contracts/online-user.ts';
import { roleTitles } from '../../contracts/orgs/roles.ts';
import type { ListSheet } from '../query/exported-list.ts';

export const accountsSheet: ListSheet<ManagedAccount> = {
  title: '机构用户列表',
  unit: '个',
  columns: [
    ['账号', 20, 'name'],
    ['姓名', 12, 'personName'],
    ['角色', 20, ({ role }) => roleTitles[role]],
    ['机构', 30, 'orgName'],
    ['状态', 10, ({ standing }) => accountStandingTitles[standing]],
    ['停用原因', 30, 'disabledReason'],
    ['动态口令', 10, ({ hasSecondFactor }) => (hasSecondFactor ? '已启用' : '未启用')],
    ['最近登录', 18, ({ lastSignInAt }) => timeText(lastSignInAt) || '从未登录'],
    ['建立日期', 14, ({ createdAt }) => dateText(createdAt)],
    ['锁定至', 18, ({ lockedUntil }) => timeText(lockedUntil)],
  ],
};

export const onlineSheet: ListSheet<OnlineUser> = {
  title: '在线用户列表',
  unit: '个',
  columns: [
    ['账号', 20, 'account'],
    ['姓名', 12, 'personName'],
    ['角色', 20, ({ role }) => roleTitles[role]],
    ['机构', 30, 'orgName'],
    ['登录时间', 18, ({ createdAt }) => timeText(createdAt)],
    ['最近操作', 18, ({ lastSeenAt }) => timeText(lastSeenAt)],
    ['网络地址', 20, 'ip'],
    ['浏览器', 14, ({ userAgent }) => browserName(userAgent)],
  ],
};
