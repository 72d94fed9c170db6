import type { TransferCase } from '../../contracts/transfer-case.ts';
import type { TransferRow, TransferState } from '../../contracts/transfer.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { json, signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { changeStudent } from '../../province-node/student/change.ts';
import { checked, decideAll, registered, school } from './registration.ts';
import { eventually } from './world.ts';
import type { World } from './world.ts';

/** What people do on the unified platform, through the HTTP app of the hub. */
export const guangdongSchool = demoOrgs(demoProvinces[1]).find((org) => org.name.endsWith('实验小学'))!;
export const guangdongBureau = guangdongSchool.parentId!;

/** The hub has been told of the provinces' orgs and people. */
export async function peoplePublished(world: World, codes: readonly string[] = ['37', '44']): Promise<void> {
  const accounts = world.hub.context.store.read.selectFrom('account').select('name');
  for (const code of codes) {
    const own = await world.province(code).context.store.read.selectFrom('account').select('name').execute();
    const handlers = own.filter(({ name }) => !name.startsWith('gl'));
    await eventually(
      () => accounts.where('home', '=', `p-${code}`).execute(),
      (rows) => rows.length === handlers.length,
    );
  }
}

/** At the hub; `xj2144000001@44` is the account `xj2144000001` of 广东. */
export const atHub = (world: World, account: string): Promise<Browser> => signedInAs(world.hub, account);

/** Registered and approved: pupils with a record, of 山东's `school` when nothing is said. Answers their registrations. */
export async function enrolled(world: World, pupils: readonly StudentForm[], at = school) {
  const registrar = await world.signIn(`xj${at.id}`);
  await registered(registrar, pupils);
  for (const pupil of pupils) await checked(registrar, pupil, 'passed');
  await decideAll(await world.signIn(`ld${at.id}`), 'review');
  await decideAll(registrar, 'report');
  await decideAll(await world.signIn(`xj${at.parentId}`), 'review');
  const records = [];
  for (const pupil of pupils) records.push((await checked(registrar, pupil, 'passed'))!);
  await eventually(
    () => world.hub.context.store.read.selectFrom('national_record').selectAll().execute(),
    (rows) => pupils.every(({ idNumber }) => rows.some((row) => row.studentNumber === `G${idNumber}`)),
  );
  return records;
}

export async function lookedUp(page: Browser, pupil: StudentForm, kind = 'cross-province-transfer') {
  const asked = { kind, studentNumber: `G${pupil.idNumber}`, name: pupil.name };
  return json<{ id: string; blockers: { code: string }[]; grades: { stage: string; cohort: number }[] }>(
    page.post('/api/transfers/look-up', asked),
  );
}

/** Looked up and applied for; answers the transfer's id. */
export async function applied(page: Browser, pupil: StudentForm, more: object = {}): Promise<string> {
  const { id, grades } = await lookedUp(page, pupil);
  const [grade] = grades;
  await json(page.post('/api/transfers/start', { id, ...grade, reason: 'household', note: '户口迁入', ...more }));
  return id;
}

export const caseOf = (page: Browser, id: string): Promise<TransferCase> =>
  json(page.get('/api/transfers/one', { id }));

export const rowsOf = async (page: Browser, query: Record<string, string> = {}): Promise<TransferRow[]> =>
  (await json<{ rows: TransferRow[] }>(page.get('/api/transfers', query))).rows;

export async function decidedAtHub(
  page: Browser,
  id: string,
  decision: 'approve' | 'return' = 'approve',
  opinion = '',
): Promise<Response> {
  const { application } = await caseOf(page, id);
  return page.post('/api/applications/decide', { id, revision: application?.revision, decision, opinion });
}

/** Who decides a transfer from 山东's `school` to 广东's, in this order. */
export const deciders = [
  `ld${guangdongSchool.id}@44`,
  `xj${guangdongBureau}@44`,
  `ld${school.id}@37`,
  `xj${school.parentId}@37`,
] as const;

/** 广东's senior school, which takes graduates, and 山东's junior school, which they have left. */
export const seniorSchool = demoOrgs(demoProvinces[1]).find((org) => org.name.endsWith('第一中学'))!;
export const juniorSchool = demoOrgs(demoProvinces[0]).find((org) => org.name.endsWith('育英学校'))!;

/** Who decides 毕业后跨省就学: the school that was left is not asked (features 18.6). */
export const enrolmentDeciders = [
  `ld${seniorSchool.id}@44`,
  `xj${seniorSchool.parentId}@44`,
  `xj${juniorSchool.parentId}@37`,
] as const;

/** The pupil has finished junior school at `juniorSchool`, and the national index has heard of it. */
export async function graduated(world: World, { idNumber }: StudentForm): Promise<void> {
  const { context } = world.province('37');
  const at = { schoolId: juniorSchool.id, stage: 'junior', cohort: 2023, classNo: '', status: 'graduated' } as const;
  await context.store.decide(async (tx) => {
    const students = tx.selectFrom('student').select('id').where('studentNumber', '=', `G${idNumber}`);
    const { id } = await students.executeTakeFirstOrThrow();
    await changeStudent(context, tx, id, { openBusiness: null, to: at });
  });
  await eventually(
    () => world.hub.context.store.read.selectFrom('national_record').select(['studentNumber', 'status']).execute(),
    (rows) => rows.some((row) => row.studentNumber === `G${idNumber}` && row.status === 'graduated'),
  );
}

export async function approvedByAll(world: World, id: string): Promise<void> {
  for (const account of deciders) await json(decidedAtHub(await atHub(world, account), id));
}

export const becomes = (page: Browser, id: string, ...states: TransferState[]): Promise<TransferCase> =>
  eventually(
    () => caseOf(page, id),
    ({ transfer }) => states.includes(transfer.state),
  );
