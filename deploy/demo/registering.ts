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
import { SCHOOL_YEAR } from './enrolled.ts';
import { listPreschoolers } from './preschool.ts';
import { samplePupils } from './pupils.ts';

const ASK_EVERY_MS = 200;
const ASKED_MAX = 300;

/**
 * This autumn's registrations of one county's schools, made as its people make them, by their own requests: one school
 * has come far, one waits for its head, one has a file with errors and one that it has not handed in. `borrowed` are
 * pupils that another province holds: their dedup fails.
 */
export async function registerFirstGraders(
  node: RunningNode<Province>,
  county: string,
  schools: readonly Org[],
  taken: Set<string>,
  borrowed: readonly StudentForm[],
): Promise<void> {
  const [far, waits, begins] = schools.filter(
    ({ parentId, stages }) => parentId === county && stages.includes('primary'),
  );
  if (!far || !waits || !begins) return;
  const known = node.context.store.read.selectFrom('registration').select('id').where('schoolId', '=', far.id);
  if (await known.executeTakeFirst()) return;
  const chance = seededRandom(Number(county));
  const entrants = (school: Org, count: number): StudentForm[] =>
    samplePupils(chance, school, count, SCHOOL_YEAR, { taken });
  const people = {
    registrar: (school: Org) => signedInAs(node, `xj${school.id}`),
    head: (school: Org) => signedInAs(node, `ld${school.id}`),
    bureau: () => signedInAs(node, `xj${county}`),
  };

  const mine = borrowed.map((form) => ({ ...form, schoolCode: waits.id }));
  const waiting = await people.registrar(waits);
  await submit(waiting, await upload(node.context, waiting, '一年级新生.xlsx', [...entrants(waits, 46), ...mine]));

  const beginning = await people.registrar(begins);
  const wrong = entrants(begins, 24).map((form, index) =>
    index % 9 === 4 ? { ...form, birthDate: `${SCHOOL_YEAR - 7}-12-31` } : form,
  );
  await upload(node.context, beginning, '一年级（1）班.xlsx', wrong);
  await upload(node.context, beginning, '一年级（2）班.xlsx', entrants(begins, 31));

  const registrar = await people.registrar(far);
  const head = await people.head(far);
  const bureau = await people.bureau();
  const entering = entrants(far, 90);
  // On the list before they are registered.
  await listPreschoolers(node.context, registrar, far, entering.slice(0, 14));
  const { id } = await upload(node.context, registrar, '一年级新生名单.xlsx', entering);
  await submit(registrar, { id });
  await decide(head, 'review', await waitingFor(head, 'review', 90), 6);
  await decide(registrar, 'report', await waitingFor(registrar, 'report', 70));
  await decide(bureau, 'review', await waitingFor(bureau, 'review', 50), 3);
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
