import type { z } from 'zod';
import { RecordLoaded } from '../../contracts/problem-group.ts';
import type { ProblemGroupView } from '../../contracts/problem-handling.ts';
import type { ProblemRow } from '../../contracts/problem-record.ts';
import type { ProblemKind } from '../../contracts/problem-rules.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { idCategoryOf } from '../../contracts/people/id-document.ts';
import type { IdType } from '../../contracts/codes/id-type.ts';
import { maskIdNumber } from '../../contracts/people/names.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import type { Province } from '../../province-node/context.ts';
import { openGroups } from '../../province-node/problem-record/open.ts';
import { fingerprintOf, identityKeyOf } from '../../province-node/registration/form.ts';
import { insertStudents } from '../../province-node/student/table.ts';
import type { StudentTable } from '../../province-node/student/table.ts';
import { findOrg } from '../../shared/org/table.ts';
import { greyPng } from './pictures.ts';
import { json } from './registration.ts';

/** Records as phase one's load would bring them, and what people do about problem records, through the HTTP app. */
export interface NewRecord {
  form: StudentForm;
  schoolId: string;
  /** When it was registered. */
  since: string;
  /** A temporary one when it is not said. */
  studentNumber?: string;
}

let serial = 0;

/** A record at a school. */
export async function recordAt(
  { store, ids, vault }: Province,
  { form, schoolId, since, studentNumber }: NewRecord,
): Promise<StudentTable> {
  const student: StudentTable = {
    id: ids.next(),
    studentNumber:
      studentNumber ?? `L370102${form.birthDate!.replaceAll('-', '')}${String(++serial).padStart(3, '0')}X`,
    name: form.name!,
    sex: form.sex!,
    birthDate: form.birthDate!,
    idType: form.idType!,
    idCategory: idCategoryOf(form.idType as IdType),
    idNumberMasked: maskIdNumber(form.idNumber ?? ''),
    idFingerprint: fingerprintOf(vault, form),
    schoolId,
    stage: 'primary',
    cohort: 2022,
    classNo: '01',
    status: 'enrolled',
    problem: 0,
    claimNo: null,
    version: 1,
    createdAt: since,
    changedAt: since,
  };
  const sealed = vault.seal(JSON.stringify({ ...form, schoolCode: schoolId }));
  await store.decide((tx) => insertStudents(tx, [{ student, form: sealed }]));
  return student;
}

/** The same, told to the hub as the legacy load tells it: the hub finds who else has the identity. */
export async function loadedAt(province: Province, record: NewRecord): Promise<StudentTable> {
  const [student] = await allLoadedAt(province, [record]);
  return student!;
}

/** All of them in one decision. */
export async function allLoadedAt(province: Province, records: readonly NewRecord[]): Promise<StudentTable[]> {
  const students: StudentTable[] = [];
  const items: z.input<typeof RecordLoaded.item>[] = [];
  for (const record of records) {
    const student = await recordAt(province, record);
    const { id: studentId, studentNumber, name, sex, birthDate, idType, schoolId, stage, cohort, status } = student;
    const told = { studentId, studentNumber, name, sex, birthDate, idType, schoolId, stage, cohort, status };
    const { name: schoolName } = (await findOrg(province.store.read, schoolId))!;
    const identity = { category: 'resident' as const, identityKey: identityKeyOf(record.form)! };
    students.push(student);
    items.push({ ...told, ...identity, schoolName, version: 1, since: record.since });
  }
  await province.store.decide(async (tx) => {
    for (const item of items) province.outbox.queue(tx, 'hub', RecordLoaded, item);
  });
  return students;
}

/** A group of this province, as a business that found it opens it. Answers its id. */
export async function groupOf(
  province: Province,
  records: readonly StudentTable[],
  kind: ProblemKind = 'identity-held-twice',
  id = province.ids.next(),
): Promise<string> {
  const members = records.map(({ id: studentId, createdAt: since, claimNo }) => ({ studentId, since, claimNo }));
  await province.store.decide((tx) => openGroups(province, tx, [{ id, kind, origin: 'legacy', members }]));
  return id;
}

/** A pupil becomes a problem record, alone; as a key-data change names the group that it handles. */
export async function problemOf(
  province: Province,
  studentNumber: string,
  kind: ProblemKind,
): Promise<{ groupId: string; revision: number }> {
  const students = province.store.read.selectFrom('student').selectAll().where('studentNumber', '=', studentNumber);
  return { groupId: await groupOf(province, [await students.executeTakeFirstOrThrow()], kind), revision: 1 };
}

export const recordsOf = async (page: Browser, query: Record<string, string> = {}): Promise<ProblemRow[]> =>
  (await json<{ rows: ProblemRow[] }>(page.get('/api/problem-records', { reach: 'in-province', ...query }))).rows;

export const turnsAt = async (page: Browser, reach = 'in-province'): Promise<ProblemRow[]> =>
  (await json<{ rows: ProblemRow[] }>(page.get('/api/problem-records/turns', { reach }))).rows;

export const groupPage = (page: Browser, id: string): Promise<ProblemGroupView> =>
  json(page.get('/api/problem-records/one', { id }));

let shade = 0;
export const evidenceFor = (page: Browser, id: string): Promise<Response> =>
  page.upload('/api/evidence/upload', greyPng(8, 8, { shade: shade++ % 250 }), '户口簿.png', {
    ownerKind: 'problem-record',
    ownerId: id,
  });

/** With one picture, as the page does it. */
export async function handedInBy(page: Browser, id: string, handling: 'attest' | 'delete'): Promise<string> {
  await json(evidenceFor(page, id));
  const { revision } = await groupPage(page, id);
  const input = { id, revision, handling, note: '户口簿已核对' };
  return (await json<{ applicationId: string }>(page.post('/api/problem-records/hand-in', input))).applicationId;
}

export async function decidedBy(page: Browser, id: string, decision = 'approve', opinion = ''): Promise<Response> {
  const { application } = await json<{ application: { revision: number } }>(
    page.get('/api/problem-records/handling', { id }),
  );
  return page.post('/api/applications/decide', { id, revision: application.revision, decision, opinion });
}
