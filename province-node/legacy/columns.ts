import { nameOf } from '../../contracts/codes/code-table.ts';
import type { CodeTable } from '../../contracts/codes/code-table.ts';
import { disabilityTypes } from '../../contracts/codes/disability-type.ts';
import { good } from '../../contracts/core/sheet.ts';
import type { CellResult, ColumnKind } from '../../contracts/core/sheet.ts';
import { checkStudentNumber } from '../../contracts/people/student-number.ts';
import { canonicaliseNumber } from '../../contracts/people/number-text.ts';
import { studentFields } from '../../contracts/student-form.ts';
import type { StudentField } from '../../contracts/student-form.ts';
import { fieldRules } from '../../contracts/student-rules.ts';
import { bad } from '../../contracts/core/sheet.ts';
import { readCode } from '../../contracts/student-cells.ts';
import type { ReadCell } from '../../contracts/student-cells.ts';

/** A column of phase one's layout: an item of the record, or the number that the pupil has had since. */
export interface LegacyColumn {
  key: StudentField | 'studentNumber';
  /** The first is what the report calls it. */
  titles: readonly string[];
  kind: ColumnKind;
  read: ReadCell;
  /** Without it there is no record; a column that is not essential may be missing, and what is wrong in it is left out. */
  essential: boolean;
  /** The report does not repeat what stands in the cell. */
  personal: boolean;
}

const essential: ReadonlySet<StudentField> = new Set<StudentField>([
  'schoolCode',
  'name',
  'sex',
  'birthDate',
  'idType',
  'idNumber',
  'entryMonth',
]);

/** Where phase one's layout has another title (66 columns, §4.3 of the collected field rules). */
const phaseOneTitles: Partial<Record<StudentField, readonly string[]>> = {
  birthRegion: ['出生地'],
  householdRegion: ['户口所在地'],
  classNo: ['班级', '班级(班号)'],
  schoolBus: ['是否需要乘坐校车'],
  disabled: ['残疾类型'],
};

/** 0 非留守, 1 单亲, 2 双亲 in phase one (填表说明). */
const leftBehind: CodeTable = {
  title: '是否留守儿童',
  source: '一期学籍信息表填写说明',
  rows: [
    ['0', '非留守'],
    ['1', '单亲'],
    ['2', '双亲'],
  ],
  aliases: { 否: '0', 非留守儿童: '0', 是: '1', 单亲留守儿童: '1', 双亲留守儿童: '2' },
};

/** Phase one had 8 其他残疾 too; whoever has any disability is 是否残疾人. */
const disability: CodeTable = {
  ...disabilityTypes,
  rows: [...disabilityTypes.rows, ['8', '其他残疾']],
  aliases: { ...disabilityTypes.aliases, 否: '0', 其他: '8', 其它残疾: '8' },
};

/** Any kind that is not the first is a yes. */
const anyBut0 =
  (table: CodeTable): ReadCell =>
  (text) => {
    const read = codeOrName(table)(text, '');
    return 'value' in read ? good(read.value === '0' ? '0' : '1') : read;
  };

/** An export may hold the code where the template has the name. */
function codeOrName(table: CodeTable): ReadCell {
  const byName = readCode(table);
  return (text, today) => (nameOf(table, text) === undefined ? byName(text, today) : good(text));
}

/** Nearly every name: it has no other form, and needs none of the checks. */
const plainName = /^[\u4e00-\u9fff]{2,5}$/;

function readerOf(field: StudentField): ReadCell {
  const { codes, read } = fieldRules[field];
  if (field === 'leftBehind') return anyBut0(leftBehind);
  if (field === 'disabled') return anyBut0(disability);
  if (codes) return codeOrName(codes);
  if (/name$/i.test(field)) return (text, today) => (plainName.test(text) ? good(text) : read(text, today));
  return read;
}

const readNumber: ReadCell = (text) => {
  const checked = checkStudentNumber(text);
  return checked.ok ? good(canonicaliseNumber(text)) : bad(checked.message);
};

/** What repeats from row to row is read once; so many texts of a column are remembered. */
const REMEMBERED_MAX = 5_000;
const repeats: ReadonlySet<ColumnKind> = new Set(['code', 'region', 'month', 'date', 'number']);

function remembering(read: ReadCell): ReadCell {
  const known = new Map<string, CellResult<string>>();
  return (text, today) => {
    const before = known.get(text);
    if (before) return before;
    const result = read(text, today);
    // A copy: a piece of a text keeps the whole of it alive, here a chunk of the file.
    if (known.size < REMEMBERED_MAX) known.set(Buffer.from(text, 'utf16le').toString('utf16le'), result);
    return result;
  };
}

/** Made for one load, on one day. */
export function legacyColumns(): readonly LegacyColumn[] {
  const items = studentFields.map(([field, title]): LegacyColumn => {
    const { kind, personal } = fieldRules[field];
    const read = readerOf(field);
    return {
      key: field,
      titles: [title, ...(phaseOneTitles[field] ?? [])],
      kind,
      read: repeats.has(kind) || field === 'schoolCode' || field === 'classNo' ? remembering(read) : read,
      essential: essential.has(field),
      personal: personal !== undefined,
    };
  });
  const number = { key: 'studentNumber', titles: ['全国学籍号', '学籍号'], kind: 'digits', read: readNumber } as const;
  return [...items, { ...number, essential: false, personal: true }];
}
