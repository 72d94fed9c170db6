import { describe, expect, test } from 'vitest';
import type { SessionView } from '../../contracts/account.ts';
import { groupsAround, menuFor, menuPageOf, pagesOf } from './menu.ts';
import type { MenuEntry } from './menu.ts';

const menu: MenuEntry[] = [
  {
    title: '学籍管理',
    children: [
      {
        title: '学籍注册',
        children: [
          { title: '小学新生注册', path: '/registration/primary', roles: ['school-registrar'], stages: ['primary'] },
          {
            title: '审核',
            path: '/registration/primary-review',
            roles: ['school-head', 'bureau-registrar'],
            stages: ['primary'],
          },
        ],
      },
      { title: '流程配置', path: '/system/chains', roles: ['bureau-registrar'], levels: ['province'] },
      { title: '毕业升级', children: [{ title: '毕业', path: '/graduation', roles: ['school-registrar'] }] },
    ],
  },
];
const all = new Set(pagesOf(menu).map(({ path }) => path));
const titlesFor = (session: Pick<SessionView, 'role' | 'org'>, existing = all): string[] =>
  pagesOf(menuFor(menu, existing, session)).map(({ title }) => title);
const school = (stages: SessionView['org']['stages']): SessionView['org'] => ({
  id: '2137000001',
  name: '实验学校',
  level: 'school',
  path: '370000/',
  schoolCategory: 'regular' as const,
  stages,
});
const bureau: SessionView['org'] = { ...school([]), level: 'county' };

describe('the menu', () => {
  test('shows a person the pages of their role', () => {
    expect(titlesFor({ role: 'school-registrar', org: school(['primary']) })).toEqual(['小学新生注册', '毕业']);
    expect(titlesFor({ role: 'school-head', org: school(['primary']) })).toEqual(['审核']);
  });
  test('shows a school only the pages of its stages, a bureau all of them', () => {
    expect(titlesFor({ role: 'school-registrar', org: school(['senior']) })).toEqual(['毕业']);
    expect(titlesFor({ role: 'bureau-registrar', org: bureau })).toEqual(['审核']);
  });
  test('shows what is for one level of bureaus only there', () => {
    const province = { ...bureau, level: 'province' as const };
    expect(titlesFor({ role: 'bureau-registrar', org: province })).toEqual(['审核', '流程配置']);
  });
  test('shows no page that does not exist, and no group without a page', () => {
    const session = { role: 'school-registrar', org: school(['primary']) } as const;
    expect(titlesFor(session, new Set(['/graduation']))).toEqual(['毕业']);
    expect(menuFor(menu, new Set(), session)).toEqual([]);
    expect(menuFor(menu, new Set(['/graduation']), session)).toMatchObject([{ children: [{ title: '毕业升级' }] }]);
  });
  test('an address below a page belongs to it, the longest match wins, a mere prefix is another page', () => {
    expect(menuPageOf(menu, '/registration/primary/7')?.title).toBe('小学新生注册');
    expect(menuPageOf(menu, '/registration/primary-review')?.title).toBe('审核');
    expect(menuPageOf(menu, '/registration')).toBeUndefined();
    expect(menuPageOf(menu, '/registration/primary-other')).toBeUndefined();
  });
  test('knows the groups around a page', () => {
    expect(groupsAround(menu, '/registration/primary')).toEqual(['学籍管理', '学籍注册']);
    expect(groupsAround(menu, '/none')).toBeUndefined();
  });
});
