import { handlerRoles } from '../../contracts/orgs/roles.ts';
import type { MenuEntry } from '../../shared/web/menu.ts';
import { paths } from './paths.ts';

/** The ministry's menu, in its order and with its names. A page shows when routes.tsx has it. */
export const menu: readonly MenuEntry[] = [
  {
    title: '学籍管理',
    children: [
      {
        title: '学籍注册',
        children: [
          {
            title: '学前调档名单管理',
            path: paths.preschoolList,
            roles: ['school-registrar'],
            stages: ['primary'],
          },
          {
            title: '学前档案信息补录',
            path: paths.preschoolSupplement,
            roles: ['school-registrar'],
            stages: ['primary'],
          },
          { title: '小学新生注册', path: paths.primaryEntrants, roles: ['school-registrar'], stages: ['primary'] },
          {
            title: '小学新生注册审核',
            path: paths.primaryEntrantReview,
            roles: ['school-head', 'bureau-registrar'],
            stages: ['primary'],
          },
          {
            title: '小学新生注册上报',
            path: paths.primaryEntrantReport,
            roles: ['school-registrar'],
            stages: ['primary'],
          },
          { title: '非小学新生注册', path: paths.otherEntrants, roles: ['school-registrar'] },
          { title: '非小学新生注册审核', path: paths.otherEntrantReview, roles: ['school-head', 'bureau-registrar'] },
          { title: '非小学新生注册上报', path: paths.otherEntrantReport, roles: ['school-registrar'] },
          {
            title: '学籍注册查询',
            path: paths.registrations,
            roles: ['school-registrar', 'school-head', 'bureau-registrar'],
          },
        ],
      },
      {
        title: '日常管理',
        children: [
          { title: '关键数据变更申请', path: paths.applyKeyChange, roles: ['school-registrar'] },
          { title: '关键数据变更审核', path: paths.reviewKeyChanges, roles: ['school-head', 'bureau-registrar'] },
          { title: '关键数据变更查询', path: paths.keyChanges, roles: handlerRoles },
        ],
      },
      {
        title: '问题学籍管理',
        children: [
          { title: '省内问题学籍处理', path: paths.problemsToHandle, roles: ['school-registrar'] },
          { title: '省内问题学籍审核', path: paths.problemsToReview, roles: ['school-head', 'bureau-registrar'] },
          { title: '省内问题学籍仲裁', path: paths.problemsToArbitrate, roles: ['bureau-registrar'] },
          { title: '省内问题学籍查询', path: paths.problemsInProvince, roles: handlerRoles },
          { title: '跨省问题学籍处理', path: paths.problemsAcrossToHandle, roles: ['school-registrar'] },
          { title: '跨省问题学籍审核', path: paths.problemsAcrossToReview, roles: ['school-head', 'bureau-registrar'] },
          { title: '跨省问题学籍查询', path: paths.problemsAcross, roles: handlerRoles },
        ],
      },
      {
        title: '学籍异动',
        children: [
          { title: '省内转学申请', path: paths.applyInProvince, roles: ['school-registrar'] },
          { title: '省内转学审核', path: paths.reviewInProvince, roles: ['school-head', 'bureau-registrar'] },
          { title: '省内转学查询', path: paths.transfersInProvince, roles: handlerRoles },
        ],
      },
      { title: '综合查询', children: [{ title: '学生信息查询', path: paths.students, roles: handlerRoles }] },
    ],
  },
  {
    title: '跨省转学',
    children: [
      { title: '统一平台', path: paths.platform, roles: handlerRoles, newTab: true },
      { title: '数字证书', path: paths.caCertificate, roles: handlerRoles },
    ],
  },
  {
    title: '系统管理',
    children: [
      {
        title: '系统设置',
        children: [
          { title: '机构用户', path: paths.accounts, roles: ['system-admin'] },
          { title: '组织机构', path: paths.orgs, roles: ['system-admin'] },
          { title: '在线用户', path: paths.onlineUsers, roles: ['system-admin'] },
          { title: '操作日志', path: paths.audit, roles: ['system-admin'] },
          { title: '链路告警', path: paths.links, roles: ['system-admin'] },
          { title: '异常消息', path: paths.laidAside, roles: ['system-admin'] },
          { title: '消息日志', path: paths.messages, roles: ['system-admin'] },
          { title: '系统参数设置', path: paths.parameters, roles: ['system-admin'], levels: ['province'] },
        ],
      },
      {
        title: '业务配置',
        children: [
          {
            title: '业务流程配置',
            path: paths.chainConfigurations,
            roles: ['system-admin', 'bureau-registrar'],
            levels: ['province'],
          },
        ],
      },
    ],
  },
];
