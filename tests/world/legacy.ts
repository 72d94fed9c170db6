import type { StudentField, StudentForm } from '../../contracts/student-form.ts';
import { studentFieldTitles } from '../../contracts/student-form.ts';
import { fieldText } from '../../contracts/student-rules.ts';

/** Phase one's layout, in its order and with its titles (§4.3 of the collected field rules); family members with what is used of them. */
const columns: readonly (readonly [StudentField, string?])[] = [
  ...(['schoolCode', 'name', 'sex', 'birthDate'] as const).map((field) => [field] as const),
  ['birthRegion', '出生地'],
  ...(['nativePlace', 'ethnicGroup', 'nationality', 'idType', 'overseas', 'health'] as const).map((f) => [f] as const),
  ...(['politicalStatus', 'idNumber', 'householdType'] as const).map((field) => [field] as const),
  ['householdRegion', '户口所在地'],
  ['classNo', '班级'],
  ...(['entryMonth', 'entryMode', 'studyMode', 'address', 'mailAddress', 'homeAddress'] as const).map(
    (f) => [f] as const,
  ),
  ...(['phone', 'postcode', 'onlyChild', 'hadPreschool', 'leftBehind', 'needsAid'] as const).map((f) => [f] as const),
  ...(['receivesAid', 'orphan', 'martyrChild', 'distance', 'commutingMode'] as const).map((field) => [field] as const),
  ['schoolBus', '是否需要乘坐校车'],
  ...(['formerName', 'idValidity', 'bloodType', 'talent', 'auxiliaryNumber', 'numberInClass'] as const).map(
    (f) => [f] as const,
  ),
  ...(['source', 'email', 'homepage'] as const).map((field) => [field] as const),
  ['disabled', '残疾类型'],
  ['purchasedPlace'],
  ...([1, 2] as const).flatMap((member) =>
    (
      [
        'Name',
        'Relation',
        'RelationNote',
        'Address',
        'HouseholdRegion',
        'Phone',
        'Guardian',
        'IdType',
        'IdNumber',
      ] as const
    ).map((item) => [`member${member}${item}`] as const),
  ),
  ['ruralWorkerChild'],
];

export const legacyTitles: readonly string[] = columns.map(([field, title]) => title ?? studentFieldTitles[field]);

/** The cells of a pupil; `more` are cells by title, as somebody wrote them. */
export function legacyCells(form: StudentForm, more: Readonly<Record<string, string>> = {}): string[] {
  return columns.map(([field], index) => {
    const written = more[legacyTitles[index]!];
    if (written !== undefined) return written;
    const value = form[field];
    if (value === undefined) return '';
    if (field === 'disabled') return value === '0' ? '无残疾' : '视力残疾';
    return fieldText(field, value);
  });
}

export function legacyCsv(rows: readonly (readonly string[])[], titles: readonly string[] = legacyTitles): string {
  return [titles, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
