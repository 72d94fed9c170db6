import { saveNewClaims } from '../../central/claim/table.ts';
import { saveNewerRecords } from '../../central/national-index/table.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { maskName } from '../../contracts/people/names.ts';
import { fingerprintOf, identityKeyOf } from '../../province-node/registration/form.ts';
import { insertStudents } from '../../province-node/student/table.ts';
import type { StudentTable } from '../../province-node/student/table.ts';
import { isoTime } from '../../shared/clock.ts';
import { pupils } from './registration.ts';
import type { World } from './world.ts';

/** Pupils with a record at the province, a summary and a claim at the hub, as registration leaves them. Answers their ids. */
export async function givenRecords(
  world: World,
  code: string,
  at: Org,
  seed: number,
  count: number,
): Promise<string[]> {
  const { context } = world.province(code);
  const hub = world.hub.context;
  const changedAt = isoTime(context.clock.now());
  const made = pupils(seed, count, at).map((form, index) => ({
    form,
    student: studentOf(context.ids.next(), seed * 1_000 + index, form, at, changedAt),
  }));
  const rows = made.map(({ student, form }) => ({
    student: { ...student, idFingerprint: fingerprintOf(context.vault, form) },
    form: context.vault.seal(JSON.stringify(form)),
  }));
  await context.store.decide((tx) => insertStudents(tx, rows));
  await hub.store.decide(async (tx) => {
    for (const { form, student } of made) {
      const { id: studentId, idCategory: _a, idNumberMasked: _b, classNo: _c, createdAt: _d, ...record } = student;
      const key = identityKeyOf(form)!;
      const held = { province: `p-${code}`, studentId, schoolName: at.name } as const;
      const identityFingerprint = hub.vault.fingerprint(key);
      await saveNewerRecords(tx, [
        { ...record, ...held, openBusiness: null, identitySealed: hub.vault.seal(key), identityFingerprint },
      ]);
      const { claimNo, name, schoolId, studentNumber } = record;
      const claim = {
        ...held,
        claimNo: claimNo!,
        schoolId,
        studentNumber,
        fingerprint: identityFingerprint,
        category: 1,
      };
      await saveNewClaims(tx, [{ ...claim, application: studentId, maskedName: maskName(name), at: 1 }]);
    }
  });
  return made.map(({ student }) => student.id);
}

function studentOf(
  id: string,
  claimNo: number,
  form: StudentForm,
  at: Org,
  changedAt: string,
): Omit<StudentTable, 'idFingerprint'> {
  const { name, sex, birthDate, idType } = form as Required<StudentForm>;
  return {
    id,
    name,
    sex,
    birthDate,
    idType,
    claimNo,
    changedAt,
    createdAt: changedAt,
    schoolId: at.id,
    studentNumber: `G${form.idNumber}`,
    idCategory: 'resident',
    idNumberMasked: '',
    stage: 'primary',
    cohort: 2026,
    classNo: '01',
    status: 'enrolled',
    problem: 0,
    version: 3,
  };
}

/** A record as another province has it too: by mistake, or because it was not told. */
export async function copyRecord(world: World, studentId: string, from: string, to: string, at: Org): Promise<void> {
  const source = world.province(from).context;
  const { vault, store } = world.province(to).context;
  const student = await source.store.read
    .selectFrom('student')
    .selectAll()
    .where('id', '=', studentId)
    .executeTakeFirstOrThrow();
  const { form } = await source.store.read
    .selectFrom('student_form')
    .select('form')
    .where('studentId', '=', studentId)
    .executeTakeFirstOrThrow();
  const { custody: _custody, epoch: _epoch, ...row } = student;
  const sealed = vault.seal(source.vault.open(form));
  await store.decide((tx) =>
    insertStudents(tx, [{ student: { ...row, schoolId: at.id, custody: 'active' } as StudentTable, form: sealed }]),
  );
}
