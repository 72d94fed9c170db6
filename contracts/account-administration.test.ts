import { describe, expect, test } from 'vitest';
import { AccountName, administratorOf, reasonAgainstAdministering, rolesAt } from './account-administration.ts';
import { OrgLevel } from './orgs/org.ts';
import { Role } from './orgs/roles.ts';

const admin = { account: 'gl370100', orgId: '370100', orgLevel: 'city' } as const;

describe('21.2 who may create, disable and reset whom (that the org is one’s own or below is the scope’s part)', () => {
  test.each([
    ['school-registrar', 'school', '2137000003'],
    ['school-head', 'school', '2137000003'],
    ['bureau-registrar', 'county', '370102'],
    ['system-admin', 'county', '370102'],
    ['bureau-registrar', 'city', '370100'],
  ] as const)('%s of a %s: yes', (role, orgLevel, orgId) => {
    expect(reasonAgainstAdministering(admin, { name: 'x', role, orgId, orgLevel })).toBeUndefined();
  });

  test('a system admin of the own org: the org above, or at the top the machine', () => {
    const beside = { name: 'other', role: 'system-admin', orgId: '370100', orgLevel: 'city' } as const;
    expect(reasonAgainstAdministering(admin, beside)).toContain('由上级教育部门的系统管理员办理');
    const top = { ...beside, orgId: '370000', orgLevel: 'province' } as const;
    expect(reasonAgainstAdministering({ account: 'gl370000', orgId: '370000', orgLevel: 'province' }, top)).toContain(
      '在服务器上办理',
    );
    const atHub = { ...beside, orgId: 'ministry', orgLevel: 'ministry' } as const;
    const ministry = { account: 'jyb003', orgId: 'ministry', orgLevel: 'ministry' } as const;
    expect(reasonAgainstAdministering(ministry, atHub)).toContain('在服务器上办理');
  });

  test('the ministry leaves the accounts of a province to the province', () => {
    const ministry = { account: 'jyb003', orgId: 'ministry', orgLevel: 'ministry' } as const;
    const handler = { role: 'bureau-registrar', orgId: '370102', orgLevel: 'county' } as const;
    expect(reasonAgainstAdministering(ministry, handler)).toContain('由所在省的系统管理员');
  });

  test('nobody acts on the own account', () => {
    const own = { name: 'gl370100', role: 'system-admin', orgId: '370100', orgLevel: 'city' } as const;
    expect(reasonAgainstAdministering(admin, own)).toContain('不能操作自己的账号');
  });

  test('an org has the roles of its level and no others', () => {
    const allowed = OrgLevel.options.flatMap((orgLevel) =>
      Role.options
        .filter((role) => !reasonAgainstAdministering(admin, { role, orgId: 'below', orgLevel }))
        .map((role) => `${orgLevel} ${role}`),
    );
    const stated = Object.entries(rolesAt).flatMap(([level, roles]) => roles.map((role) => `${level} ${role}`));
    expect(allowed.toSorted()).toEqual(stated.toSorted());
    expect(rolesAt.school).not.toContain('system-admin');
  });
});

test('who lifts a freeze is named: the bureau above a school, the own admin, the bureau above an admin, the machine', () => {
  expect(administratorOf('school-head', '历下小学', '历下区教育局')).toBe('历下区教育局的系统管理员');
  expect(administratorOf('bureau-registrar', '历下区教育局', '济南市教育局')).toBe('历下区教育局的系统管理员');
  expect(administratorOf('system-admin', '历下区教育局', '济南市教育局')).toBe('济南市教育局的系统管理员');
  expect(administratorOf('system-admin', '山东省教育厅', undefined)).toBe('本节点的运行维护人员');
  expect(administratorOf('ministry-operator', '教育部', undefined)).toBe('教育部的系统管理员');
});

test('names of new accounts can be said on the telephone: lower case, no spaces', () => {
  const good = ['xj2137000003', 'wang.li', 'a_b-c'];
  const bad = ['abc', 'Wang', '1abc', 'wang li', '王丽华', 'a'.repeat(33), 'wang!'];
  expect(good.filter((name) => !AccountName.safeParse(name).success)).toEqual([]);
  expect(bad.filter((name) => AccountName.safeParse(name).success)).toEqual([]);
});
