import { expect, test } from 'vitest';
import { withTab } from './open-tabs.ts';

const list = { path: '/list', title: '名单', address: '/list' };
const query = { path: '/query', title: '查询', address: '/query?name=李' };

test('a page opens one tab, however often it is visited', () => {
  expect(withTab([list], query)).toEqual([list, query]);
  expect(withTab([list, query], { ...list, address: '/list?page=2' })).toEqual([
    { ...list, address: '/list?page=2' },
    query,
  ]);
});
test('nothing new is the same array, so that the page is not drawn again', () => {
  const tabs = [list, query];
  expect(withTab(tabs, { ...query })).toBe(tabs);
});
