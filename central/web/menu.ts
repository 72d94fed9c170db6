import { askers } from '../../contracts/captcha.ts';
import { handlerRoles } from '../../contracts/orgs/roles.ts';
import { watchers } from '../../contracts/transfer.ts';
import type { MenuEntry } from '../../shared/web/menu.ts';
import { paths } from './paths.ts';

/** The hub's menu. A page shows when routes.tsx has it. */
export const menu: readonly MenuEntry[] = [
  {
    title: '统一平台',
    children: [
      { title: '统一平台', path: paths.platform, roles: handlerRoles },
      { title: '跨省转学申请', path: paths.transferApply, roles: ['school-registrar'], levels: ['school'] },
      { title: '跨省转学核办', path: paths.transferReview, roles: ['school-head', 'bureau-registrar'] },
      { title: '跨省转学查询', path: paths.transferQuery, roles: watchers },
      { title: '跨省转学撤销', path: paths.transferWithdraw, roles: ['school-registrar'], levels: ['school'] },
      { title: '转学证明核验', path: paths.certificateCheck, roles: watchers },
      { title: '跨省转学监控', path: paths.transferMonitor, roles: ['ministry-operator'] },
      {
        title: '毕业后跨省就学申请',
        path: paths.enrolmentApply,
        roles: ['school-registrar'],
        levels: ['school'],
        stages: ['senior'],
      },
      { title: '毕业后跨省就学核办', path: paths.enrolmentReview, roles: ['school-head', 'bureau-registrar'] },
      { title: '毕业后跨省就学查询', path: paths.enrolmentQuery, roles: watchers },
      {
        title: '毕业后跨省就学撤销',
        path: paths.enrolmentWithdraw,
        roles: ['school-registrar'],
        levels: ['school'],
        stages: ['senior'],
      },
      { title: '数字证书', path: paths.caCertificate, roles: handlerRoles },
    ],
  },
  {
    title: '全国学籍',
    children: [
      { title: '查重动态', path: paths.claims, roles: ['ministry-operator'] },
      {
        title: '全国学籍查询',
        path: paths.nationalQuery,
        roles: askers,
      },
      { title: '全国学籍库异常', path: paths.indexAlarms, roles: ['ministry-operator'] },
      { title: '全国查重审计', path: paths.nationalAudit, roles: ['ministry-operator'] },
      { title: '学籍归属修复单', path: paths.repairs, roles: ['ministry-operator'] },
    ],
  },
  {
    title: '问题学籍管理',
    children: [
      {
        title: '跨省问题学籍仲裁',
        path: paths.problemArbitrations,
        roles: ['ministry-arbitrator', 'ministry-operator'],
      },
      { title: '问题学籍联动', path: paths.problemGroups, roles: ['ministry-arbitrator', 'ministry-operator'] },
    ],
  },
  {
    title: '系统管理',
    children: [
      { title: '节点监控', path: paths.nodes, roles: ['ministry-operator'] },
      { title: '机构用户', path: paths.accounts, roles: ['system-admin'] },
      { title: '在线用户', path: paths.onlineUsers, roles: ['system-admin'] },
      { title: '操作日志', path: paths.audit, roles: ['system-admin'] },
      { title: '链路告警', path: paths.links, roles: ['ministry-operator', 'system-admin'] },
      { title: '异常消息', path: paths.laidAside, roles: ['ministry-operator', 'system-admin'] },
      { title: '消息日志', path: paths.messages, roles: ['ministry-operator', 'system-admin'] },
    ],
  },
];
