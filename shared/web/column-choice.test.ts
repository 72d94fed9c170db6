import { expect, test } from 'vitest';
import { readChanged } from './column-choice.ts';

test('the columns that were changed are read back; a spoilt store counts as nothing', () => {
  expect(readChanged('["name","sex"]')).toEqual(['name', 'sex']);
  expect(readChanged('[1,"sex"]')).toEqual(['sex']);
  expect(readChanged('{"name":1}')).toEqual([]);
  expect(readChanged('[')).toEqual([]);
  expect(readChanged(null)).toEqual([]);
});
