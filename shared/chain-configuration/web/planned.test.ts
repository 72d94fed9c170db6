import { expect, test } from 'vitest';
import { levelsText, plannedChain } from './planned.ts';

test('the picture shows the report where the school’s review is not the last, as the chain will have it', () => {
  const acts = (levels: Parameters<typeof plannedChain>[0], reports: boolean): string[] =>
    plannedChain(levels, reports).map(({ act, orgName }) => `${act} ${orgName}`);
  expect(acts(['school', 'managing'], true)).toEqual(['review 学校', 'report 学校', 'review 主管教育局']);
  expect(acts(['school', 'managing'], false)).toEqual(['review 学校', 'review 主管教育局']);
  expect(acts(['school'], true)).toEqual(['review 学校']);
  expect(acts(['managing', 'city'], true)).toEqual(['review 主管教育局', 'review 地市']);
});
test('levels in one line', () => {
  expect(levelsText(['school', 'managing', 'province'])).toBe('学校 → 主管教育局 → 省级');
});
