import type { Sex } from '../../contracts/codes/sex.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { maskIdNumber } from '../../contracts/people/names.ts';
import { nextTemporarySerial, temporaryNumber } from '../../contracts/people/student-number.ts';
import { RecordLoaded } from '../../contracts/problem-group.ts';
import type { ProblemGroupView, ProblemHandlingDetail } from '../../contracts/problem-handling.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Province } from '../../province-node/context.ts';
import { findSamePersons } from '../../province-node/problem-record/open.ts';
import { fingerprintOf, identityKeyOf } from '../../province-node/registration/form.ts';
import { insertStudents, takeTemporarySerial } from '../../province-node/student/table.ts';
import type { StudentTable } from '../../province-node/student/table.ts';
import type { RunningNode } from '../../shared/node/start-node.ts';
import { json, signedInAs } from './browser.ts';
import type { LivingProvince } from './life.ts';
import { demoOrgs } from './orgs.ts';
import { scannedPage } from './picture.ts';
import { eventually } from './registering.ts';

type Node = RunningNode<Province>;
interface Place {
  node: Node;
  school: Org;
}

/** Registered after all the others: it handles first. */
const LOADED_AT = '2025-10-08T02:00:00.000Z';
const PUPILS = 9;

/**
 * Problem records as phase one's data would bring them, in some states, by their people's own requests: pupils of the first school of
 * each province who have a second record at its neighbour, or in the next province. Made once.
 */
export async function findProblems(provinces: readonly LivingProvince[], isStopped: () => boolean): Promise<void> {
  if (isStopped()) return;
  await Promise.all(
    provinces.map(async ({ node, demo }, index) => {
      const made = node.context.store.read
        .selectFrom('problem_handling')
        .select('id')
        .where('reach', '=', 'in-province')
        .limit(1);
      if (await made.executeTakeFirst()) return;
      const [first, neighbour] = schoolsOf(demo);
      const next = provinces[(index + 1) % provinces.length];
      if (!first || !neighbour || !next) return;
      const here = { node, school: first };
      const elsewhere = { node: next.node, school: schoolsOf(next.demo)[0]! };
      await Promise.all([inProvince(here, { node, school: neighbour }), acrossProvinces(here, elsewhere)]);
    }),
  );
}

function schoolsOf(demo: LivingProvince['demo']): Org[] {
  return demoOrgs(demo).filter(({ parentId }) => parentId === demo.counties[0]);
}

async function inProvince(here: Place, there: Place): Promise<void> {
  const [waits, headNext, mine, disputed, decided, gone, alone] = await pupilsOf(here, 0);
  if (!waits || !headNext || !mine || !disputed || !decided || !gone || !alone) return;
  const pair = async (pupil: Pupil): Promise<[string, string]> => {
    const second = await load(there, pupil.form);
    return [await recordOf(here.node, pupil.id, second), await recordOf(there.node, second)];
  };
  const earlierKeeps = async (pupil: Pupil): Promise<string> => {
    const [earlier, later] = await pair(pupil);
    await attested(there, later);
    await attested(here, earlier);
    return earlier;
  };
  await Promise.all([
    pair(waits),
    pair(headNext).then(([, later]) => handIn(there, later, 'attest', '户口簿与学籍信息一致')),
    pair(mine).then(([, later]) => attested(there, later)),
    earlierKeeps(disputed),
    earlierKeeps(decided).then((earlier) => arbitrate(here, earlier)),
    pair(gone).then(async ([, later]) =>
      approved(there, await handIn(there, later, 'delete', '重复建立的学籍，申请删除')),
    ),
    withoutDocuments(here, there, alone.form),
  ]);
}

async function acrossProvinces(here: Place, elsewhere: Place): Promise<void> {
  const [waits, mine] = await pupilsOf(here, PUPILS - 2);
  if (!waits || !mine) return;
  await Promise.all([
    load(elsewhere, waits.form).then((second) => recordOf(elsewhere.node, second)),
    load(elsewhere, mine.form)
      .then((second) => recordOf(elsewhere.node, second))
      .then((later) => attested(elsewhere, later)),
  ]);
}

interface Pupil {
  id: string;
  form: StudentForm;
}

/** Pupils of earlier years, the same ones at each start; those of the key-data changes are others. */
async function pupilsOf({ node, school }: Place, from: number): Promise<Pupil[]> {
  const { store, vault } = node.context;
  const rows = await store.read
    .selectFrom('student')
    .innerJoin('student_form', 'studentId', 'student.id')
    .select(['student.id', 'form'])
    .where('schoolId', '=', school.id)
    .where('cohort', '=', 2023)
    .where('studentNumber', 'like', 'G%')
    .orderBy('student.id')
    .limit(PUPILS - from)
    .offset(40 + from)
    .execute();
  return rows.map(({ id, form }) => ({ id, form: JSON.parse(vault.open(form)) as StudentForm }));
}

/** Another record of the same pupil, told to the hub as the legacy load tells it. Answers its id. */
async function load({ node: { context }, school }: Place, form: StudentForm): Promise<string> {
  const student = await insert(context, school, { ...form, schoolCode: school.id });
  const { id: studentId, studentNumber, name, sex, birthDate, idType, stage, cohort, status } = student;
  const told = { studentId, studentNumber, name, sex, birthDate, idType, stage, cohort, status };
  const identity = { category: 'resident' as const, identityKey: identityKeyOf(form) ?? '' };
  const place = { schoolId: school.id, schoolName: school.name, since: LOADED_AT, version: 1 };
  await context.store.decide(async (tx) =>
    context.outbox.queue(tx, 'hub', RecordLoaded, { ...told, ...identity, ...place }),
  );
  return studentId;
}

async function insert({ store, ids, vault }: Province, school: Org, form: StudentForm): Promise<StudentTable> {
  const { name, sex, birthDate, idType, classNo } = form as Required<StudentForm>;
  const { idNumber = '' } = form;
  return store.decide(async (tx) => {
    const key = { regionCode: school.regionCode, birthDate, sex };
    const serial = await takeTemporarySerial(tx, key, (last) => nextTemporarySerial(last, sex as Sex));
    const student: StudentTable = {
      name,
      sex,
      birthDate,
      idType,
      classNo,
      schoolId: school.id,
      id: ids.next(),
      studentNumber: temporaryNumber(school.regionCode, birthDate, serial),
      idCategory: idNumber === '' ? 'none' : 'resident',
      idNumberMasked: maskIdNumber(idNumber),
      idFingerprint: fingerprintOf(vault, form),
      stage: 'primary',
      cohort: 2023,
      status: 'enrolled',
      problem: 0,
      claimNo: null,
      version: 1,
      createdAt: LOADED_AT,
      changedAt: LOADED_AT,
    };
    await insertStudents(tx, [{ student, form: vault.seal(JSON.stringify(form)) }]);
    return student;
  });
}

/** The same name, sex and birth date at two schools, and no document. */
async function withoutDocuments(here: Place, there: Place, form: StudentForm): Promise<void> {
  const { idNumber: _number, ...known } = form;
  const undocumented = { ...known, idType: 'Z' };
  const { context } = here.node;
  await insert(context, here.school, { ...undocumented, schoolCode: here.school.id });
  const second = await insert(context, there.school, { ...undocumented, schoolCode: there.school.id });
  await context.store.decide((tx) =>
    findSamePersons(context, tx, second, { groupId: context.ids.next(), origin: 'new' }),
  );
}

/** Once the hub has found it: the problem record of a pupil, in the group with `other`. */
async function recordOf({ context }: Node, studentId: string, other = studentId): Promise<string> {
  const { read } = context.store;
  const groups = read.selectFrom('problem_record').select('groupId').where('studentId', '=', other);
  const records = read.selectFrom('problem_record').select('id').where('studentId', '=', studentId);
  const found = await eventually(
    () => records.where('groupId', 'in', groups).executeTakeFirst(),
    (row) => row !== undefined,
  );
  return found!.id;
}

/** With a picture. Answers the application. */
async function handIn(
  { node, school }: Place,
  id: string,
  handling: 'attest' | 'delete',
  note: string,
): Promise<string> {
  const registrar = await signedInAs(node, `xj${school.id}`);
  const owner = { ownerKind: 'problem-record', ownerId: id };
  await json(registrar.upload('/api/evidence/upload', scannedPage(), '户口簿.png', owner));
  const { revision } = await eventually(
    () => json<ProblemGroupView>(registrar.get('/api/problem-records/one', { id })),
    ({ members }) => members.some((member) => member.id === id && member.isTurn),
  );
  const input = { id, revision, handling, note };
  return (await json<{ applicationId: string }>(registrar.post('/api/problem-records/hand-in', input))).applicationId;
}

async function approved({ node, school }: Place, id: string): Promise<void> {
  for (const account of [`ld${school.id}`, `xj${school.parentId}`]) {
    const page = await signedInAs(node, account);
    const handling = await json<ProblemHandlingDetail>(page.get('/api/problem-records/handling', { id }));
    const { revision } = handling.application;
    const decision = { id, revision, decision: 'approve', opinion: '材料齐全，情况属实' };
    await json(page.post('/api/applications/decide', decision));
  }
}

async function attested(place: Place, id: string): Promise<void> {
  await approved(place, await handIn(place, id, 'attest', '户口簿与学籍信息一致'));
}

/** By the bureau of both schools: the earlier record keeps the identity. */
async function arbitrate({ node, school }: Place, id: string): Promise<void> {
  const page = await signedInAs(node, `xj${school.parentId}`);
  const { revision, members } = await json<ProblemGroupView>(page.get('/api/problem-records/one', { id }));
  const winner = members.find((member) => member.id === id)!.studentId;
  const opinions = members.map(({ studentId }) => ({
    studentId,
    opinion:
      studentId === winner
        ? '户口簿、预防接种证与学籍信息一致，连续就读。'
        : '户籍证明中的出生日期与学籍不符，请核对后变更。',
  }));
  await json(page.post('/api/problem-records/arbitrate', { id, revision, winner, opinions }));
}
