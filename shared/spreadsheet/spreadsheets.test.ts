import { readXlsx } from 'hucre/xlsx';
import { describe, expect, test } from 'vitest';
import { FINDINGS_MAX } from '../../contracts/core/sheet.ts';
import { pupilSheet, wideSheet, type Pupil } from '../../tests/spreadsheet/example-sheets.ts';
import { workbook } from '../../tests/spreadsheet/workbooks.ts';
import { systemClock } from '../clock.ts';
import { markedFileName } from './mark.ts';
import { openSpreadsheets } from './spreadsheets.ts';

const spreadsheets = openSpreadsheets(systemClock);
const header = pupilSheet.columns.map(({ title }) => title);
const zhang = ['张𠮷', '男', '440102201009010011', '20100901', '张父', '140.5', '第3种民族的名称'];

function pupil(change: Partial<Record<number, string | number | Date | null>>): (string | number | Date | null)[] {
  return zhang.map((cell, at) => (at in change ? change[at]! : cell));
}

async function messages(rows: Parameters<typeof workbook>[0], head: readonly string[] = header): Promise<string[]> {
  const { findings } = await spreadsheets.check(pupilSheet, await workbook([head, ...rows]));
  return findings.map(({ row, title, message }) => `${row} ${title} ${message}`);
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

describe('reading an uploaded sheet', () => {
  test('values come parsed, by key, with the row number of Excel; blank rows are skipped and short rows accepted', async () => {
    const rows = [header, zhang, [' ', null, '\t'], pupil({ 2: '440102201009010012' }).slice(0, 5)];
    const checked = await spreadsheets.check(pupilSheet, await workbook(rows));
    const values = { name: '张𠮷', sex: '1', idNumber: '440102201009010011', born: '20100901', guardian: '张父' };
    expect([...checked.rows]).toEqual([
      { row: 2, values: { ...values, height: '140.5', nation: '3' }, errors: 0 },
      { row: 4, values: { ...values, idNumber: '440102201009010012' }, errors: 0 },
    ]);
    expect(checked.findings).toEqual([]);
    expect(checked.counts).toEqual({ rows: 2, rowsWithErrors: 0, errors: 0, warnings: 0 });
  });

  test('columns are found by title: moved ones work, with mark, spaces or full-width letters', async () => {
    const order = [6, 2, 0, 5, 1, 4, 3];
    const moved = order.map((at) => zhang[at]!);
    const head = order.map((at) => `★ ${header[at]!} `);
    const { rows } = await spreadsheets.check(pupilSheet, await workbook([head, moved]));
    expect([...rows]).toMatchObject([{ values: { name: '张𠮷', nation: '3', height: '140.5' }, errors: 0 }]);
  });

  test('missing and repeated columns refuse the file and name each of them; an unknown column is only told', async () => {
    const head = ['姓 名', '性别', '性别', '身份证号', '出生日期', '监护人', '民族'];
    await expect(spreadsheets.check(pupilSheet, await workbook([head, zhang]))).rejects.toMatchObject({
      code: 'file-unreadable',
      errors: [
        { pointer: '第1行', detail: '列“性别”出现了 2 次（B、C列），请只保留一列' },
        { pointer: '第1行', detail: '缺少列“身份证件号”，请不要删除或改名模板中的列' },
        { pointer: '第1行', detail: '缺少列“身高”，请不要删除或改名模板中的列' },
        { pointer: '第1行', detail: '模板中没有列“身份证号”（D列）' },
      ],
    });
    expect(await messages([[...zhang, 'x']], [...header, '备注'])).toEqual(['1 备注 模板中没有列“备注”，该列没有导入']);
  });

  test('A50 a number in a text column is an error; in a date or number column it is read', async () => {
    expect(await messages([pupil({ 2: 440102201009010050, 3: 20100901, 5: 0.1 + 0.2 })])).toEqual([
      '2 身份证件号 该单元格被 Excel 存成了数字，可能已丢失位数，请把单元格格式设为文本后重新填写',
    ]);
    const file = await workbook([header, pupil({ 3: new Date(Date.UTC(2010, 8, 1)), 5: 0.1 + 0.2 })]);
    const { rows } = await spreadsheets.check(pupilSheet, file);
    expect([...rows]).toMatchObject([{ values: { born: '20100901', height: '0.3' } }]);
  });

  test('cells are canonical: spaces, tabs and NUL go, full-width digits where the column wants them', async () => {
    const file = await workbook([header, pupil({ 0: '\u3000张\t𠮷 \n', 2: '４４０１０２２０１００９０１００１ｘ' })]);
    const { rows } = await spreadsheets.check(pupilSheet, file);
    expect([...rows]).toMatchObject([{ values: { name: '张𠮷', idNumber: '44010220100901001X' } }]);
  });

  test('a damaged character, a wrong name with a suggestion, what is required, and checks across columns', async () => {
    expect(
      await messages([
        pupil({ 0: '张\ufffd', 1: '南' }),
        pupil({ 2: '440102201009010012', 4: null }),
        pupil({ 2: '440102200009010013', 3: '20000901', 4: null }),
        pupil({ 2: '440102201009010014', 4: '张𠮷' }),
      ]),
    ).toEqual([
      '2 姓名 含有无法识别的字符（�），请重新输入该单元格',
      '2 性别 没有“南”这一项，请从下拉列表中选择',
      '3 监护人 监护人必填，请填写',
      '5 监护人 监护人不能是学生本人',
    ]);
  });

  test('what occurs twice is found in every row, and makes rows wrong that were handed over before', async () => {
    const checked = await spreadsheets.check(pupilSheet, await workbook([header, zhang, pupil({ 1: 'x' }), zhang]));
    const told = checked.findings.filter(({ title }) => title === '身份证件号');
    expect(told.map(({ row, message }) => [row, message])).toEqual([
      [2, '身份证件号与第3行重复，请核对'],
      [3, '身份证件号与第2行重复，请核对'],
      [4, '身份证件号与第2行重复，请核对'],
    ]);
    expect([...checked.rows].map(({ errors }) => errors)).toEqual([1, 2, 1]);
    expect(checked.counts).toEqual({ rows: 3, rowsWithErrors: 3, errors: 4, warnings: 0 });
  });

  test('findings beyond the limit are only counted, but every wrong row keeps its first error', async () => {
    const title = wideSheet.columns.map((column) => column.title);
    const wrong: string[][] = Array.from({ length: 300 }, (_, row) =>
      title.map((_, at) => (row < 298 || at === 9 ? '错' : '对')),
    );
    wrong.push(...[1, 2].map(() => title.map(() => '同')));
    const { rows, findings, counts } = await spreadsheets.check(wideSheet, await workbook([title, ...wrong]));
    // 136 rows fill the limit; the 164 others and the 2 equal ones have one each.
    expect(findings.length).toBe(FINDINGS_MAX + 300 - Math.ceil(FINDINGS_MAX / 73) + 2);
    expect(counts).toEqual({ rows: 302, rowsWithErrors: 302, errors: 298 * 73 + 2 + 2, warnings: 0 });
    expect([...rows].map(({ errors }) => errors)).toEqual([...Array.from({ length: 298 }, () => 73), 1, 1, 1, 1]);
    expect(new Set(findings.map(({ row }) => row)).size).toBe(302);
  });

  test('progress is told, and a sheet with only a header is refused', async () => {
    const seen: number[] = [];
    const title = wideSheet.columns.map((column) => column.title);
    const rows = Array.from({ length: 450 }, (_, row) => title.map((_, at) => `${row}-${at}`));
    await spreadsheets.check(wideSheet, await workbook([title, ...rows]), (counts) => seen.push(counts.rows));
    expect(seen).toEqual([200, 400, 450]);
    await expect(spreadsheets.check(wideSheet, await workbook([title]))).rejects.toMatchObject({
      detail: '表格中没有数据，请从表头的下一行开始填写',
    });
  });
});

describe('template, marked copy and export', () => {
  test('the template has the header, text format, lists of names (long ones on a hidden sheet) and the rules', async () => {
    const { sheets } = await readXlsx(await spreadsheets.template(pupilSheet), { readStyles: true });
    expect(sheets.map(({ name, hidden }) => [name, hidden ?? false])).toEqual([
      ['学生名单', false],
      ['填写说明', false],
      ['字典', true],
    ]);
    const [data, rules, dictionary] = sheets;
    expect(data!.rows).toEqual([['★姓名', '★性别', '★身份证件号', '★出生日期', '监护人', '身高', '民族']]);
    expect(data!.freezePane).toMatchObject({ rows: 1 });
    expect(data!.dataValidations).toMatchObject([
      { range: 'B2:B10001', values: ['男', '女'] },
      { range: 'G2:G10001', formula1: "'字典'!$A$1:$A$56" },
    ]);
    expect(dictionary!.rows[55]).toEqual(['第56种民族的名称']);
    expect(rules!.rows).toContainEqual([
      'C',
      '身份证件号',
      '必填',
      '数字编号，单元格须为文本格式',
      '18位，最后一位可以是X',
      null,
    ]);
    await expect(spreadsheets.check(pupilSheet, await spreadsheets.template(pupilSheet))).rejects.toThrow('没有数据');
  });

  test('a marked copy that was mended and is marked again says so once in its name', () => {
    expect(markedFileName('一年级.xlsx')).toBe('一年级（问题标注）.xlsx');
    expect(markedFileName('一年级（问题标注）.XLSX')).toBe('一年级（问题标注）.xlsx');
  });

  test('the marked copy has the same rows, with colour and comment on the cells of findings', async () => {
    const rows = [header, pupil({ 1: '南', 2: 12345 }), [], pupil({ 4: '很长很长很长很长很长的名字' })];
    const file = await workbook(rows);
    const before = await spreadsheets.check(pupilSheet, file);
    const marked = await spreadsheets.mark(pupilSheet, file, before.findings);
    expect(before.findings.map(({ text }) => text)).toEqual(['南', '12345', '很长很长很长很长很长的名字']);
    const { sheets } = await readXlsx(marked, { readStyles: true });
    const cell = (ref: string) => sheets[0]!.cells?.get(ref);
    expect(cell('1,1')).toMatchObject({ style: { fill: { fgColor: { rgb: 'FFC7CE' } } } });
    expect(cell('1,1')?.comment?.text).toBe('没有“南”这一项，请从下拉列表中选择\n建议：男');
    expect(cell('3,4')).toMatchObject({ style: { fill: { fgColor: { rgb: 'FFEB9C' } } } });
    expect(cell('1,0')?.style?.fill).not.toMatchObject({ fgColor: { rgb: 'FFC7CE' } });
    expect(sheets[1]!.name).toBe('问题清单');
    expect(sheets[1]!.rows.slice(1).map((row) => row.slice(0, 3))).toEqual([
      ['2', '性别', '错误'],
      ['2', '身份证件号', '错误'],
      ['4', '监护人', '提醒'],
    ]);
    const again = await spreadsheets.check(pupilSheet, marked);
    expect([...again.rows]).toEqual([...before.rows]);
  });

  test('A46 an exported cell is never a formula, and what was exported is imported again exactly', async () => {
    const nasty = [
      '=1+1',
      '+cmd',
      '-2',
      '@x',
      '＝A1',
      "'x",
      '_x0041_',
      '<b>&amp;"',
      ']]>',
      'a  b',
      '𠮷䶮㐂',
      '#N/A',
      'é',
    ];
    const pupils = nasty.map((name, at): Pupil => ({
      name,
      sex: String((at % 2) + 1),
      idNumber: `4401022010090100${10 + at}`,
      born: '20100901',
      guardian: '=HYPERLINK("http://x")',
      nation: String(at + 1),
    }));
    const file = await bytesOf(spreadsheets.export(pupilSheet, pupils));
    const { rows, findings } = await spreadsheets.check(pupilSheet, file);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect([...rows].map(({ values }) => values)).toEqual(pupils);
    const { sheets } = await readXlsx(file, { readStyles: true });
    expect(sheets[0]!.rows.slice(1).map(([name]) => name)).toEqual(nasty);
    const cells = [...(sheets[0]!.cells?.values() ?? [])];
    expect(cells.length).toBeGreaterThan(0);
    expect(cells.filter(({ formula, style }) => formula !== undefined || style?.numFmt !== '@')).toEqual([]);
  });

  test('an export whose source fails errors the stream, and a cancelled one ends its source', async () => {
    const broken = (async function* () {
      yield* [] as Pupil[];
      throw new Error('the database is gone');
    })();
    await expect(bytesOf(spreadsheets.export(pupilSheet, broken))).rejects.toThrow('the database is gone');

    let ended = (): void => {};
    const end = new Promise<void>((resolve) => (ended = resolve));
    const endless = (async function* () {
      try {
        for (let at = 0; ; at++) yield { column0: `行${at}` };
      } finally {
        ended();
      }
    })();
    const reader = spreadsheets.export(wideSheet, endless).getReader();
    // The first pieces are the workbook's own parts; the source is asked after them.
    for (let piece = 0; piece < 20; piece++) await reader.read();
    await reader.cancel();
    await end;
  });
});
