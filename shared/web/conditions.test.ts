import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  choiceCondition,
  datesCondition,
  daysCondition,
  inputOf,
  readListState,
  textCondition,
  writeListState,
} from './conditions.ts';

const conditions = [
  textCondition('name', '姓名'),
  choiceCondition('state', '状态', { a: '甲', b: '乙' }),
  datesCondition('from', 'until', '日期'),
];
const read = (search: string, prefix = '') => readListState(new URLSearchParams(search), conditions, prefix);

describe('the conditions of a list in the address', () => {
  test('an empty address is the first page of twenty without conditions', () => {
    expect(read('')).toEqual({ values: {}, page: 1, pageSize: 20, sort: undefined });
  });
  test('what is not understood is as if it were not there', () => {
    expect(read('page=0&size=7&other=1')).toEqual({ values: {}, page: 1, pageSize: 20, sort: undefined });
    expect(read('page=-3&size=abc').page).toBe(1);
  });
  test('what is as by default, or blank, is not written; what belongs to others stays', () => {
    const state = { values: { name: '  ' }, page: 1, pageSize: 20, sort: undefined };
    expect(writeListState(new URLSearchParams('tab=2&name=李&page=4'), conditions, state).toString()).toBe('tab=2');
  });
  test('two lists on one page do not read each other', () => {
    expect(read('name=李&b.name=王', 'b.').values).toEqual({ name: '王' });
    const written = writeListState(new URLSearchParams('name=李'), conditions, { ...read(''), page: 3 }, 'b.');
    expect(written.toString()).toBe('name=%E6%9D%8E&b.page=3');
  });
  test('whatever is written is read back', () => {
    const word = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((text) => text.trim() === text);
    const state = fc.record({
      values: fc.record({ name: word, state: word, from: word, until: word }, { requiredKeys: [] }),
      page: fc.integer({ min: 1, max: 9_999_999 }),
      pageSize: fc.constantFrom(20, 50, 100, 200),
      sort: fc.option(fc.constantFrom('name', '-name'), { nil: undefined }),
    });
    const seed = Date.now() % 1_000_000;
    console.info(`seed ${seed}`);
    fc.assert(
      fc.property(state, (given) => {
        const address = writeListState(new URLSearchParams(), conditions, given).toString();
        expect(read(address)).toEqual(given);
      }),
      { seed },
    );
  });
});

describe('the conditions as the endpoint takes them', () => {
  test('days become the first and the last instant of the days in China, dates stay', () => {
    const days = [daysCondition('from', 'until', '时间')];
    expect(inputOf(days, { from: '2026-09-01', until: '2026-09-02' })).toEqual({
      from: '2026-09-01T00:00:00.000+08:00',
      until: '2026-09-02T23:59:59.999+08:00',
    });
    expect(inputOf(days, { until: '2026-09-02' })).toEqual({ until: '2026-09-02T23:59:59.999+08:00' });
    expect(inputOf(conditions, { from: '2026-09-01' })).toEqual({ from: '2026-09-01' });
  });
});
