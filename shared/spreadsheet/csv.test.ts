import { expect, test } from 'vitest';
import { openCsv } from './csv.ts';
import type { RawRow } from './xlsx/reader.ts';

async function rowsOf(...chunks: Uint8Array[]): Promise<RawRow[]> {
  const given = async function* () {
    yield* chunks;
  };
  const rows: RawRow[] = [];
  for await (const row of openCsv(given()).rows) rows.push(row);
  return rows;
}
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test('quotes hold commas, line breaks and doubled quotes; rows end with either line break, the last with none', async () => {
  expect(await rowsOf(utf8('姓名,备注\r\n"王,小明","说""是""\n两行"\n李雷,\n末行,1'))).toEqual([
    { number: 1, cells: ['姓名', '备注'] },
    { number: 2, cells: ['王,小明', '说"是"\n两行'] },
    { number: 3, cells: ['李雷', ''] },
    { number: 4, cells: ['末行', '1'] },
  ]);
});

test('a character and a line break that are cut between two chunks are whole', async () => {
  const bytes = utf8('王𠮷,1\r\n李雷,2\r\n');
  for (let at = 1; at < bytes.length; at++)
    expect(await rowsOf(bytes.slice(0, at), bytes.slice(at))).toEqual([
      { number: 1, cells: ['王𠮷', '1'] },
      { number: 2, cells: ['李雷', '2'] },
    ]);
});

test('what Excel writes without being asked (GB 18030) is read, and what is neither is refused', async () => {
  const gbk = Uint8Array.from([0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0x31]);
  expect(await rowsOf(gbk)).toEqual([{ number: 1, cells: ['姓名', '1'] }]);
  await expect(rowsOf(utf8('姓名\n'), Uint8Array.from([0xff, 0xff]))).rejects.toMatchObject({
    code: 'file-unreadable',
  });
});

test('a quote that is never closed is refused with its row', async () => {
  await expect(rowsOf(utf8(`一,二\n"${'三'.repeat(40_000)}`))).rejects.toMatchObject({
    code: 'file-unreadable',
    detail: expect.stringContaining('第2行'),
  });
});
