import { describe, expect, test } from 'vitest';
import { fileName, problemOf, queryString } from './api.ts';
import { isAbout } from './events.ts';

describe('what goes over the wire', () => {
  test('what is not set is not in the query string; a list repeats its name', () => {
    expect(queryString({ name: '李', page: 2, state: undefined, kind: '', of: null, only: false })).toBe(
      '?name=%E6%9D%8E&page=2&only=false',
    );
    expect(queryString({ ids: ['a', 'b'] })).toBe('?ids=a&ids=b');
    expect(queryString({})).toBe('');
  });
  test('a problem keeps its code, its words and its fields', () => {
    const errors = [{ pointer: '/idNumber', detail: '校验码不正确' }];
    const body = {
      type: '/problems/invalid-input',
      title: '填写的内容有误',
      status: 422,
      detail: '请修改',
      errors,
      now: 3,
    };
    const problem = problemOf(422, body);
    expect(problem).toMatchObject({ code: 'invalid-input', detail: '请修改', errors, extra: { now: 3 } });
    expect(problem.extra).toEqual({ now: 3 });
  });
  test('a code of a newer server is shown in its own words', () => {
    expect(problemOf(409, { type: '/problems/brand-new', title: '新的原因', status: 409 })).toMatchObject({
      code: 'defect',
      detail: '新的原因',
    });
  });
  test('an answer that is no problem: a gateway error is busy, anything else a defect', () => {
    expect(problemOf(502, undefined).code).toBe('busy');
    expect(problemOf(404, '<html>').code).toBe('defect');
  });
  test('the name of a download is the UTF-8 one', () => {
    expect(fileName(`attachment; filename="download.xlsx"; filename*=UTF-8''%E5%AD%A6%E7%B1%8D.xlsx`)).toBe(
      '学籍.xlsx',
    );
    expect(fileName('attachment; filename="a.xlsx"')).toBe('a.xlsx');
    expect(fileName(null)).toBeUndefined();
  });
  test('a topic is about the paths at and below it, not beside it', () => {
    expect(isAbout('/api/registrations', 'registrations')).toBe(true);
    expect(isAbout('/api/registrations/imports', 'registrations')).toBe(true);
    expect(isAbout('/api/registrations-old', 'registrations')).toBe(false);
  });
});
