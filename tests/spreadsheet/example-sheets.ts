import { bad, declareSheet, doubtful, good, halfWidth, type SheetColumn } from '../../contracts/core/sheet.ts';

/** Declarations for the tests of shared/spreadsheet. */
export interface Pupil {
  name: string;
  sex: string;
  idNumber: string;
  born: string;
  guardian?: string;
  height?: string;
  nation?: string;
}

const sexes = [
  ['1', '男'],
  ['2', '女'],
] as const;
const nations = Array.from({ length: 56 }, (_, at) => [String(at + 1), `第${at + 1}种民族的名称`] as const);

function codeOf(rows: readonly (readonly [string, string])[]) {
  return (text: string) => {
    const found = rows.find(([, name]) => name === text);
    return found ? good(found[0]) : bad(`没有“${text}”这一项，请从下拉列表中选择`, rows[0]![1]);
  };
}

export const pupilSheet = declareSheet<Pupil>({
  module: import.meta.url,
  name: 'pupil',
  title: '学生名单',
  instructions: ['每名学生一行。'],
  columns: [
    { key: 'name', title: '姓名', required: true, kind: 'text', example: '张三', parse: good },
    { key: 'sex', title: '性别', required: true, kind: 'code', codes: { rows: sexes }, parse: codeOf(sexes) },
    {
      key: 'idNumber',
      title: '身份证件号',
      required: true,
      kind: 'digits',
      width: 22,
      note: '18位，最后一位可以是X',
      parse: (text) => {
        const number = halfWidth(text).toUpperCase();
        return /^\d{17}[\dX]$/.test(number) ? good(number) : bad('身份证件号应为18位，请核对');
      },
    },
    {
      key: 'born',
      title: '出生日期',
      required: true,
      kind: 'date',
      parse: (text, today) => {
        if (!/^\d{8}$/.test(text)) return bad('出生日期应为8位数字，如20100901', '20100901');
        return text > today.replaceAll('-', '') ? bad('出生日期晚于今天，请核对') : good(text);
      },
    },
    {
      key: 'guardian',
      title: '监护人',
      required: (row) => (row.born ?? '0') >= '20100101',
      kind: 'text',
      parse: (text) => (text.length > 10 ? doubtful(text, '监护人姓名很长，请核对') : good(text)),
    },
    { key: 'height', title: '身高', required: false, kind: 'number', parse: good },
    { key: 'nation', title: '民族', required: false, kind: 'code', codes: { rows: nations }, parse: codeOf(nations) },
  ],
  rowChecks: [
    ({ name, guardian }) =>
      name !== undefined && name === guardian
        ? [{ severity: 'error', column: 'guardian', message: '监护人不能是学生本人' }]
        : [],
  ],
  unique: [{ column: 'idNumber', key: ({ idNumber }) => idNumber }],
});

export const WIDE_COLUMNS = 73;

/** As wide as the registration template. */
export const wideSheet = declareSheet<Record<string, string>>({
  module: import.meta.url,
  name: 'wide',
  title: '学籍信息',
  instructions: [],
  columns: Array.from({ length: WIDE_COLUMNS }, (_, at): SheetColumn<Record<string, string>> => ({
    key: `column${at}`,
    title: `第${at}列`,
    required: at < 40,
    kind: 'text',
    parse: (text) => (text.startsWith('错') ? bad('内容有误') : good(text)),
  })),
  unique: [{ column: 'column9', key: (row) => row['column9'] }],
});

/** Its `parse` never comes back, or takes all the memory: what the limits are for. */
export const hostileSheet = declareSheet<{ what: string }>({
  module: import.meta.url,
  name: 'hostile',
  title: '失控',
  instructions: [],
  columns: [
    {
      key: 'what',
      title: '做法',
      required: true,
      kind: 'text',
      parse: (text) => {
        const kept: number[][] = [];
        while (text === '死循环' || text === '占内存')
          if (text === '占内存') kept.push(Array.from({ length: 100_000 }, Math.sqrt));
        return good(text);
      },
    },
  ],
});
