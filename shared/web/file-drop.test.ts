import { expect, test } from 'vitest';
import { reasonAgainstFile } from './FileDrop.tsx';

const against = (name: string, size: number) => reasonAgainstFile({ name, size }, '.xlsx,.xls', 1024);

test('a file of another kind, an empty one and one that is too large are refused before they are sent', () => {
  expect(against('名单.csv', 10)).toBe('“名单.csv”不是 .xlsx、.xls 文件，请另存为这种格式后重新选择');
  expect(against('名单.xlsx', 0)).toBe('“名单.xlsx”是空文件，请填写后重新选择');
  expect(against('名单.xlsx', 1025)).toContain('最大 1 KB');
});
test('an Excel file of the right size is sent, whatever the case of its name', () => {
  expect(against('名单.XLSX', 1024)).toBeUndefined();
});
