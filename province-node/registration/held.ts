import type { Kysely } from 'kysely';
import { maskName } from '../../contracts/people/names.ts';
import type { CheckedRow, SheetFinding } from '../../contracts/core/sheet.ts';
import { studentFieldTitles } from '../../contracts/student-form.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { listStudentsByFingerprint } from '../student/table.ts';
import { fingerprintOf } from './form.ts';
import { listOpenByFingerprint } from './table.ts';

/** Rows whose identity the province already holds, by a record or by a registration under way, with who holds it. */
export async function findHeldIdentities(
  province: Province,
  rows: readonly CheckedRow<StudentForm>[],
): Promise<SheetFinding[]> {
  const claimed = rows.flatMap(({ row, values }) => {
    const fingerprint = fingerprintOf(province.vault, values);
    return fingerprint ? [{ row, text: values.idNumber ?? '', fingerprint }] : [];
  });
  const holders = await holdersOf(
    province.store.read,
    claimed.map((one) => one.fingerprint),
  );
  const place = { column: 'idNumber', title: studentFieldTitles.idNumber, severity: 'error' as const };
  return claimed.flatMap(({ row, text, fingerprint }) => {
    const message = holders.get(fingerprint.toString('hex'));
    return message === undefined ? [] : [{ ...place, row, text, message }];
  });
}

/** Fingerprint (hex) → who holds it, in Chinese. */
export async function holdersOf(db: Kysely<ProvinceDb>, fingerprints: readonly Buffer[]): Promise<Map<string, string>> {
  const students = await listStudentsByFingerprint(db, fingerprints);
  const open = await listOpenByFingerprint(db, fingerprints);
  const changing = await changesWith(db, fingerprints);
  const schoolIds = [...new Set([...students, ...open, ...changing].map((one) => one.schoolId))];
  if (schoolIds.length === 0) return new Map();
  const schools = await db.selectFrom('org').select(['id', 'name']).where('id', 'in', schoolIds).execute();
  const names = new Map(schools.map((school) => [school.id, school.name]));
  const holder = (one: { schoolId: string; name: string }): string =>
    `${names.get(one.schoolId) ?? one.schoolId} ${maskName(one.name)}`;
  return new Map([
    ...changing.map(
      (one) => [one.openFingerprint!.toString('hex'), `该身份证件号正在由${holder(one)}办理关键数据变更`] as const,
    ),
    ...open.map(
      (one) => [one.openFingerprint!.toString('hex'), `该身份证件号正在由${holder(one)}办理学籍注册`] as const,
    ),
    ...students.map((one) => [one.idFingerprint!.toString('hex'), `该身份证件号已有学籍：${holder(one)}`] as const),
  ]);
}

/** Key-data changes under way that ask for one of these identities. */
async function changesWith(db: Kysely<ProvinceDb>, fingerprints: readonly Buffer[]) {
  if (fingerprints.length === 0) return [];
  return db
    .selectFrom('key_change')
    .select(['name', 'schoolId', 'openFingerprint'])
    .where('openFingerprint', 'in', fingerprints)
    .execute();
}
