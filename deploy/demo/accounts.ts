import type { Org } from '../../contracts/orgs/org.ts';
import type { Role } from '../../contracts/orgs/roles.ts';

/** One password for every demo account; production accounts are created by the org above and must change theirs. */
export const DEMO_PASSWORD = 'Xueji-demo-2026';

export interface DemoAccount {
  name: string;
  personName: string;
  role: Role;
  orgId: string;
}

/** Account names are the org's id with the role's prefix: xj (学籍管理员), ld (主管领导), gl (系统管理员). */
export function demoAccounts(orgs: readonly Org[]): DemoAccount[] {
  return orgs.flatMap(({ id, level }, index): DemoAccount[] => {
    const person = (offset: number): string => people[(index * 3 + offset) % people.length]!;
    if (level === 'school')
      return [
        { name: `xj${id}`, personName: person(0), role: 'school-registrar', orgId: id },
        { name: `ld${id}`, personName: person(1), role: 'school-head', orgId: id },
      ];
    return [
      { name: `xj${id}`, personName: person(0), role: 'bureau-registrar', orgId: id },
      { name: `gl${id}`, personName: person(2), role: 'system-admin', orgId: id },
    ];
  });
}

export const ministryOrg: Org = {
  id: 'ministry',
  parentId: null,
  level: 'ministry',
  name: '教育部',
  path: '',
  regionCode: '000000',
  schoolCategory: null,
  stages: [],
};

export const ministryAccounts: DemoAccount[] = [
  { name: 'jyb001', personName: '陈国华', role: 'ministry-operator', orgId: 'ministry' },
  { name: 'jyb002', personName: '林志远', role: 'ministry-arbitrator', orgId: 'ministry' },
  { name: 'jyb004', personName: '周明', role: 'ministry-arbitrator', orgId: 'ministry' },
  { name: 'jyb003', personName: '沈静', role: 'system-admin', orgId: 'ministry' },
];

const people = [
  '王丽华',
  '李建国',
  '张淑芬',
  '刘志强',
  '陈秀英',
  '杨海燕',
  '赵德明',
  '黄晓东',
  '周桂芳',
  '吴文斌',
  '徐雪梅',
  '孙立新',
  '马玉兰',
  '朱永强',
  '胡春梅',
  '郭振华',
  '何丽娟',
  '高明亮',
  '罗小红',
  '郑卫东',
];
