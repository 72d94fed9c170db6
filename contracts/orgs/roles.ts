import { z } from 'zod';

/** Who a user is (glossary). School and bureau roles live in a province node, ministry roles at the hub. */
export const Role = z.enum([
  'school-registrar',
  'school-head',
  'bureau-registrar',
  'system-admin',
  'ministry-operator',
  'ministry-arbitrator',
]);
export type Role = z.infer<typeof Role>;

/** 跨省业务办理人: who can have something to do on the unified platform (统一平台). */
export const handlerRoles = ['school-registrar', 'school-head', 'bureau-registrar'] as const satisfies readonly Role[];

export const roleTitles: Record<Role, string> = {
  'school-registrar': '学校学籍管理员',
  'school-head': '学校学籍主管领导',
  'bureau-registrar': '教育部门学籍管理员',
  'system-admin': '教育部门系统管理员',
  'ministry-operator': '教育部操作员',
  'ministry-arbitrator': '教育部仲裁员',
};
