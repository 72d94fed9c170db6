import { maskName } from '../../contracts/people/names.ts';
import type { CheckedRow, SheetFinding } from '../../contracts/core/sheet.ts';
import { studentFieldTitles } from '../../contracts/student-form.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { nextTurn } from '../../shared/clock.ts';
import { inSlices } from '../../shared/slices.ts';
import type { Province } from '../context.ts';
import { listStudentsByFingerprint } from '../student/table.ts';
import { fingerprintOf } from './form.ts';
import { listOpenByFingerprint } from './table.ts';

/** Identities looked up in one query. */
const IDENTITIES_PER_QUERY = 500;

/** Rows whose identity the province already holds, by a record or by a registration under way, with who holds it. */
export async function findHeldIdentities(
  province: Province,
  rows: Iterable<CheckedRow<StudentForm>>,
): Promise<SheetFinding[]> {
  const findings: SheetFinding[] = [];
  for (const rowsOfSlice of inSlices(rows, IDENTITIES_PER_QUERY)) {
    await nextTurn();
    const slice = rowsOfSlice.flatMap(({ row, values }) => {
      const fingerprint = fingerprintOf(province.vault, values);
      return fingerprint ? [{ row, text: values.idNumber ?? '', fingerprint }] : [];
    });
    const holders = await holdersOf(
      province,
      slice.map((one) => one.fingerprint),
    );
    for (const { row, text, fingerprint } of slice) {
      const message = holders.get(fingerprint.toString('hex'));
      if (message !== undefined)
        findings.push({ row, column: 'idNumber', title: studentFieldTitles.idNumber, text, severity: 'error', message });
    }
  }
  return findings;
}

/** Fingerprint (hex) → who holds it, in Chinese. */
export async function holdersOf(province: Province, fingerprints: readonly Buffer[]): Promise<Map<string, string>> {
  const db = province.store.read;
  const students = await listStudentsByFingerprint(db, fingerprints);
  const open = await listOpenByFingerprint(db, fingerprints);
  const schoolIds = [...new Set([...students, ...open].map((one) => one.schoolId))];
  if (schoolIds.length === 0) return new Map();
  const schools = await db.selectFrom('org').select(['id', 'name']).where('id', 'in', schoolIds).execute();
  const names = new Map(schools.map((school) => [school.id, school.name]));
  const holder = (one: { schoolId: string; name: string }): string =>
    `${names.get(one.schoolId) ?? one.schoolId} ${maskName(one.name)}`;
  return new Map([
    ...open.map((one) => [one.openFingerprint!.toString('hex'), `该身份证件号正在由${holder(one)}办理学籍注册`] as const),
    ...students.map((one) => [one.idFingerprint!.toString('hex'), `该身份证件号已有学籍：${holder(one)}`] as const),
  ]);
}
