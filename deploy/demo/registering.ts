import { setTimeout as sleep } from 'node:timers/promises';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import type { RegistrationImport, RegistrationRow } from '../../contracts/registration.ts';
import type { TaskView } from '../../contracts/task.ts';
import type { Province } from '../../province-node/context.ts';
import { residentEntrantSheet } from '../../province-node/registration/sheet.ts';
import type { RunningNode } from '../../shared/node/start-node.ts';
import { seededRandom } from '../../shared/random.ts';
import { json, signedInAs } from './browser.ts';
import type { Browser } from './browser.ts';
import { SCHOOL_YEAR } from './earlier.ts';
import { photographListed, photographPupils } from './photos.ts';
import { listPreschoolers } from './preschool.ts';
import { samplePupils } from './pupils.ts';

const ASK_EVERY_MS = 100;
const ASKED_MAX = 1_200;

/** This autumn's registrations of one county's schools, made as its people make them, by their own requests. */
export interface FirstGraders {
  node: RunningNode<Province>;
  county: string;
  schools: readonly Org[];
}

interface Entering {
  waits: Org;
  begins: Org;
  far: Org;
  /** Each school's, file by file. */
  forms: { waiting: StudentForm[]; wrong: StudentForm[]; right: StudentForm[]; far: StudentForm[] };
}

/** Drawn at once, in one order: whoever is made first, they are the same. */
function enteringOf({ county, schools }: Omit<FirstGraders, 'node'>): Entering | undefined {
  const [far, waits, begins] = schools.filter(
    ({ parentId, stages }) => parentId === county && stages.includes('primary'),
  );
  if (!far || !waits || !begins) return undefined;
  const chance = seededRandom(Number(county));
  const taken = new Set<string>();
  const draw = (school: Org, count: number): StudentForm[] =>
    samplePupils(chance, school, count, SCHOOL_YEAR, { taken });
  const [waiting, wrong, right] = [draw(waits, 46), draw(begins, 24), draw(begins, 31)];
  return { waits, begins, far, forms: { waiting, wrong, right, far: draw(far, 90) } };
}

/**
 * The school that waits for its head; `borrowed` are pupils that another province holds: their dedup fails. Answers when the hub has said
 * whose its pupils' identities are.
 */
export async function registerThoseWhoWait(place: FirstGraders, borrowed: readonly StudentForm[]): Promise<void> {
  const entering = enteringOf(place);
  if (!entering || (await hasRegistered(place, entering.waits))) return;
  const { waits, forms } = entering;
  const registrar = await signedInAs(place.node, `xj${waits.id}`);
  const mine = borrowed.map((form) => ({ ...form, schoolCode: waits.id }));
  await submit(registrar, await upload(place.node.context, registrar, '一年级新生.xlsx', [...forms.waiting, ...mine]));
  const head = await signedInAs(place.node, `ld${waits.id}`);
  await waitingFor(head, 'review', forms.waiting.length);
}

/** Some of its pupils: what another province may ask for too. */
export function heldBy(place: Omit<FirstGraders, 'node'>): StudentForm[] {
  return enteringOf(place)?.forms.waiting.slice(0, 2) ?? [];
}

/** A school with a file that has errors and one that it has not handed in; and a school that has come far. */
export async function registerTheOthers(place: FirstGraders): Promise<void> {
  const entering = enteringOf(place);
  if (!entering || (await hasRegistered(place, entering.far))) return;
  await Promise.all([begin(place, entering), goFar(place, entering)]);
}

async function hasRegistered({ node }: FirstGraders, school: Org): Promise<boolean> {
  const known = node.context.store.read.selectFrom('registration').select('id').where('schoolId', '=', school.id);
  return (await known.executeTakeFirst()) !== undefined;
}

async function begin({ node }: FirstGraders, { begins, forms }: Entering): Promise<void> {
  const registrar = await signedInAs(node, `xj${begins.id}`);
  const wrong = forms.wrong.map((form, index) =>
    index % 9 === 4 ? { ...form, birthDate: `${SCHOOL_YEAR - 7}-12-31` } : form,
  );
  await upload(node.context, registrar, '一年级（1）班.xlsx', wrong);
  await upload(node.context, registrar, '一年级（2）班.xlsx', forms.right);
}

async function goFar({ node, county }: FirstGraders, { far, forms }: Entering): Promise<void> {
  const registrar = await signedInAs(node, `xj${far.id}`);
  const head = await signedInAs(node, `ld${far.id}`);
  const bureau = await signedInAs(node, `xj${county}`);
  // On the list before they are registered.
  await listPreschoolers(node.context, registrar, far, forms.far.slice(0, 14));
  await photographListed(node.context, registrar, far);
  const { id } = await upload(node.context, registrar, '一年级新生名单.xlsx', forms.far);
  await submit(registrar, { id });
  await decide(head, 'review', await waitingFor(head, 'review', 90), 6);
  await decide(registrar, 'report', await waitingFor(registrar, 'report', 70));
  await decide(bureau, 'review', await waitingFor(bureau, 'review', 50), 3);
  await photographPupils(node.context, registrar, far);
}

export async function eventually<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  for (let asked = 0; asked < ASKED_MAX; asked++) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    await sleep(ASK_EVERY_MS);
  }
  throw new Error('the demo registrations do not come on');
}

/** Checked, whatever came of it. */
async function upload(
  { spreadsheets }: Province,
  page: Browser,
  name: string,
  rows: readonly StudentForm[],
): Promise<{ id: string }> {
  const file = new Uint8Array(await new Response(spreadsheets.export(residentEntrantSheet, rows)).arrayBuffer());
  const { id } = await json<RegistrationImport>(
    page.upload('/api/registrations/imports/upload', file, name, { category: 'resident' }),
  );
  return eventually(
    () => json<RegistrationImport>(page.get('/api/registrations/imports/one', { id })),
    ({ state }) => state !== 'checking',
  );
}

async function submit(page: Browser, { id }: { id: string }): Promise<void> {
  await json(page.post('/api/registrations/imports/submit', { id, warningsConfirmed: true }));
}

/** The first so many that this person may decide, once their checks are done. */
async function waitingFor(page: Browser, act: 'review' | 'report', count: number): Promise<RegistrationRow[]> {
  const query = { kind: 'primary-entrant', act, pageSize: '200' };
  const { rows } = await eventually(
    () => json<{ rows: RegistrationRow[] }>(page.get('/api/registrations/waiting', query)),
    (answer) => answer.rows.length >= count && answer.rows.every(({ blocked }) => blocked !== 'checking'),
  );
  return rows.filter(({ blocked }) => !blocked).slice(0, count);
}

/** Approves all but the last few, which go back with an opinion. */
async function decide(
  page: Browser,
  act: 'review' | 'report',
  rows: readonly RegistrationRow[],
  returned = 0,
): Promise<void> {
  const good = rows.slice(0, rows.length - returned);
  const bad = rows.slice(good.length);
  for (const [some, decision, opinion] of [
    [good, 'approve', ''],
    [bad, 'return', '户口所在地与户口簿不一致，请核对后重新填写'],
  ] as const) {
    if (some.length === 0) continue;
    const input = { kind: 'primary-entrant', act, decision, opinion, ids: some.map(({ id }) => id) };
    const { taskId } = await json<{ taskId: string }>(page.post('/api/applications/decide-many', input));
    await eventually(
      () => json<TaskView>(page.get('/api/tasks/one', { id: taskId })),
      (task) => task.state !== 'running',
    );
  }
}
