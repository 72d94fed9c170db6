import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { SHEET_BYTES_MAX } from '../../contracts/core/sheet.ts';
import { hostileSheet, pupilSheet } from '../../tests/spreadsheet/example-sheets.ts';
import { workbook, workbookEntries, zipOf } from '../../tests/spreadsheet/workbooks.ts';
import { systemClock, type Clock } from '../clock.ts';
import { openSpreadsheets } from './spreadsheets.ts';

const spreadsheets = openSpreadsheets(systemClock);
const MB = 1024 * 1024;
const cell = '<c r="A1" t="inlineStr"><is><t>姓名</t></is></c>';
const sound = workbookEntries(`<row r="1">${cell}</row>`);

async function refusal(file: Uint8Array): Promise<unknown> {
  return spreadsheets.check(pupilSheet, file).then(
    () => 'accepted',
    (problem: { code?: string; detail?: string }) => (problem.code ? `${problem.code}: ${problem.detail}` : problem),
  );
}

/** Shared strings whose entity grows a thousandfold with every level. */
const entityBomb = `<!DOCTYPE sst [${Array.from({ length: 9 }, (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(1000)}">`).join('')}]><sst><si><t>&e9;</t></si></sst>`;

describe('A47 hostile files are refused with the reason', () => {
  const sixtyMb = Buffer.alloc(60 * MB, 'a');
  const cases: [name: string, file: () => Uint8Array | Promise<Uint8Array>, reason: RegExp][] = [
    ['0 bytes', () => new Uint8Array(), /文件是空的/],
    ['larger than the limit', () => Buffer.alloc(SHEET_BYTES_MAX + 1, 'PK'), /^file-too-large: 文件不能超过 20 MB/],
    ['text renamed .xlsx', () => Buffer.from('姓名,性别\n张三,男\n'.repeat(100)), /不是 Excel 文件/],
    [
      'an encrypted workbook or .xls',
      () => Buffer.from('d0cf11e0a1b11ae1'.padEnd(2048, '0'), 'hex'),
      /已加密或是旧版 \.xls/,
    ],
    ['a zip that is no workbook', () => zipOf({ 'a.txt': 'a' }), /不是 Excel 文件/],
    ['a truncated zip', async () => (await workbook([['姓名']])).subarray(0, 900), /已损坏/],
    ['a zip of noise', () => Buffer.concat([Buffer.from('PK\x03\x04'), randomBytes(5000)]), /已损坏/],
    ['a bomb by ratio', () => zipOf({ ...sound, 'xl/sharedStrings.xml': sixtyMb }), /解压后过大/],
    [
      'a bomb that lies',
      () => zipOf({ ...sound, 'xl/sharedStrings.xml': sixtyMb }, { 'xl/sharedStrings.xml': 500 }),
      /解压后过大/,
    ],
    [
      'a bomb of many entries',
      () => zipOf({ ...sound, ...Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`xl/media/${at}`, ''])) }),
      /过于复杂/,
    ],
    ['entities in the shared strings', () => zipOf({ ...sound, 'xl/sharedStrings.xml': entityBomb }), /不允许的声明/],
    [
      'an entity of nobody',
      () => zipOf(workbookEntries('<row r="1"><c r="A1" t="str"><v>&x;</v></c></row>')),
      /已损坏/,
    ],
    ['macros', () => zipOf({ ...sound, 'xl/vbaProject.bin': 'x' }), /含有宏/],
    [
      'links to other workbooks',
      () => zipOf({ ...sound, 'xl/externalLinks/externalLink1.xml': '<x/>' }),
      /链接了其他工作簿/,
    ],
    ['embedded objects', () => zipOf({ ...sound, 'xl/embeddings/oleObject1.bin': 'x' }), /嵌入了其他对象/],
    ['a column far out', () => zipOf(workbookEntries('<row r="1"><c r="XFD1"><v>1</v></c></row>')), /超过 500 列/],
    ['a row number from nowhere', () => zipOf(workbookEntries('<row r="99999999"/>')), /已损坏/],
    ['rows that go back', () => zipOf(workbookEntries(`<row r="5">${cell}</row><row r="4">${cell}</row>`)), /已损坏/],
    [
      'a string that is not there',
      () => zipOf(workbookEntries('<row r="1"><c r="A1" t="s"><v>7</v></c></row>')),
      /已损坏/,
    ],
    [
      'text that is not UTF-8',
      () => zipOf({ ...sound, 'xl/sharedStrings.xml': Buffer.from([0x3c, 0xd5, 0xc5, 0x3e]) }),
      /文字编码/,
    ],
    [
      'a tag without end',
      () => zipOf({ ...sound, 'xl/sharedStrings.xml': `<sst ${randomBytes(MB).toString('hex')}` }),
      /已损坏/,
    ],
    ['a checksum that is wrong', () => flipped(zipOf(sound)), /已损坏/],
  ];

  test.each(cases)('%s', async (_name, file, reason) => {
    expect(await refusal(await file())).toMatch(reason);
  });

  test('the sound workbook, from which the hostile ones are made, is read as far as its header', async () => {
    expect(await refusal(zipOf(sound))).toMatch(/表头与模板不一致：缺少列“性别”/);
  });

  test('more rows than the limit are refused, and rows without content do not count', async () => {
    const row = (number: number, text: string) =>
      `<row r="${number}"><c r="A${number}" t="str"><v>${text}</v></c></row>`;
    const rows = (count: number, text: string) => Array.from({ length: count }, (_, at) => row(at + 2, text)).join('');
    const check = (text: string) =>
      spreadsheets.check(hostileSheet, zipOf(workbookEntries(row(1, '做法') + rows(10_001, text))));
    await expect(check('x')).rejects.toMatchObject({
      code: 'file-too-large',
      detail: expect.stringContaining('10000 行'),
    });
    await expect(check(' ')).rejects.toMatchObject({ detail: expect.stringContaining('没有数据') });
  });

  test('F33 a check that needs too much memory is ended, and the server goes on', async () => {
    const file = await workbook([['做法'], ['占内存']]);
    await expect(spreadsheets.check(hostileSheet, file)).rejects.toMatchObject({
      code: 'file-unreadable',
      detail: expect.stringContaining('文件内容过多'),
    });
  });

  test('F33 a check that takes too long is ended; others wait for their turn, and too many are refused', async () => {
    let expire = (): void => {};
    const clock: Clock = { now: () => systemClock.now(), after: (_delayMs, work) => ((expire = work), () => {}) };
    const impatient = openSpreadsheets(clock);
    const endless = await workbook([['做法'], ['死循环']]);
    const honest = await workbook([['做法'], ['好']]);
    const all = [endless, endless, ...Array.from({ length: 51 }, () => honest)].map(async (file) =>
      impatient.check(hostileSheet, file).then(
        ({ counts }) => counts.rows,
        ({ detail }: { detail: string }) => detail,
      ),
    );
    expect(await all.at(-1)).toContain('正在处理的文件较多');
    expire();
    expect(await all[1]).toContain('处理超时');
    expect(await all[2]).toBe(1);
    stop = () => expire();
  });
  let stop = (): void => {};
  afterAll(() => stop());
});

/** One bit of every entry's checksum is turned over. */
function flipped(file: Buffer): Buffer {
  for (let at = file.indexOf('PK\x01\x02'); at !== -1; at = file.indexOf('PK\x01\x02', at + 1)) file[at + 16]! ^= 1;
  return file;
}
