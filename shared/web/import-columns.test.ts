import { describe, expect, test } from 'vitest';
import { orderedTitles } from './import-columns.ts';
import type { ImportRowView } from './ImportResult.tsx';

const titles = ['学校标识码', '姓名', '性别', '出生日期', '身份证件号', '曾用名'];

function row(at: number, findings: [title: string, severity: 'error' | 'warning'][]): ImportRowView {
  return {
    row: at,
    cells: { 学校标识码: '2137000003', 姓名: '王小明', 性别: '男', 出生日期: '20200315', 身份证件号: '370102' },
    findings: findings.map(([title, severity]) => ({ title, severity, message: '不对', suggestion: null })),
  };
}

describe('the columns of the grid of an import', () => {
  test('begin with whose row it is, then errors, most first, then warnings, then the rest as in the sheet', () => {
    const rows = [
      row(2, [['性别', 'error']]),
      row(3, [
        ['身份证件号', 'error'],
        ['出生日期', 'warning'],
      ]),
      row(4, [['身份证件号', 'error']]),
    ];
    expect(orderedTitles(rows, titles, ['姓名'])).toEqual(['姓名', '身份证件号', '性别', '出生日期', '学校标识码']);
  });

  test('show a column that is empty in all rows only when it has a finding', () => {
    expect(orderedTitles([row(2, [])], titles, ['姓名'])).not.toContain('曾用名');
    expect(orderedTitles([row(2, [['曾用名', 'error']])], titles, ['姓名']).slice(0, 2)).toEqual(['姓名', '曾用名']);
  });
});
