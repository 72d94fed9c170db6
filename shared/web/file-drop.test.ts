import { expect, test } from 'vitest';
import { reasonAgainstFile } from './FileDrop.tsx';

const against = (name: string, size: number) => reasonAgainstFile({ name, size }, '.xlsx,.xls', 1024);

test('a file of another kind, an empty one and one that is too large are refused before they are sent', () => {
  expect(against('名单.csv', 10)).toContain('不是 .xlsx、.xls 文件');
  expect(against('名单.xlsx', 0)).toContain('空文件');
  expect(against('名单.xlsx', 1025)).toContain('最大 1 KB');
});
test('an Excel file of the right size is sent, whatever the case of its name', () => {
  expect(against('名单.XLSX', 1024)).toBeUndefined();
});
