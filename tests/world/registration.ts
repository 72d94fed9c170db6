import type { z } from 'zod';
import type { TaskView } from '../../contracts/task.ts';
import type { RegistrationDetail, RegistrationImport, RegistrationRow } from '../../contracts/registration.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { samplePupils } from '../../deploy/demo/pupils.ts';
import { residentEntrantSheet } from '../../province-node/registration/sheet.ts';
import { systemClock } from '../../shared/clock.ts';
import { seededRandom } from '../../shared/random.ts';
import { openSpreadsheets } from '../../shared/spreadsheet/spreadsheets.ts';
import { json } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { eventually } from './world.ts';

export { json };

/** What people do to register pupils, through the HTTP app: files, submission, lists, decisions. */
export type Page<Row> = { rows: Row[]; total: number };

export const school = demoOrgs(demoProvinces[0]).find((org) => org.name.endsWith('实验小学'))!;
export const secondSchool = demoOrgs(demoProvinces[0]).find((org) => org.name.endsWith('第二小学'))!;
export const otherSchool = demoOrgs(demoProvinces[1]).find((org) => org.name.endsWith('实验小学'))!;
export const bureau = school.parentId!;

/** Who enter first grade this autumn; the same seed gives the same pupils. */
export const pupils = (seed: number, count: number, at = school): StudentForm[] =>
  samplePupils(seededRandom(seed), at, count, 2026);

/** The same whom the population registry of the tests will verify: its serials from 990 on are mismatches and unknowns. */
export const verifiable = (seed: number, count: number, at = school): StudentForm[] =>
  pupils(seed, count * 2, at)
    .filter(({ idNumber }) => Number(idNumber!.slice(14, 17)) < 990)
    .slice(0, count);

export async function fileOf(rows: readonly StudentForm[]): Promise<Uint8Array> {
  const stream = openSpreadsheets(systemClock).export(residentEntrantSheet, rows);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function uploadedFile(page: Browser, file: Uint8Array, name = '新生.xlsx'): Promise<RegistrationImport> {
  const { id } = await json<RegistrationImport>(
    page.upload('/api/registrations/imports/upload', file, name, { category: 'resident' }),
  );
  const ask = (): Promise<RegistrationImport> => json(page.get('/api/registrations/imports/one', { id }));
  return eventually(ask, ({ state }) => state !== 'checking');
}

export const uploaded = async (page: Browser, rows: readonly StudentForm[]): Promise<RegistrationImport> =>
  uploadedFile(page, await fileOf(rows));

export const submitted = (page: Browser, id: string): Promise<Response> =>
  page.post('/api/registrations/imports/submit', { id, warningsConfirmed: true });

export async function registered(page: Browser, rows: readonly StudentForm[]): Promise<RegistrationImport> {
  const { id } = await uploaded(page, rows);
  return json(submitted(page, id));
}

export const list = (page: Browser, query: Record<string, string> = {}): Promise<Page<RegistrationRow>> =>
  json(page.get('/api/registrations', { pageSize: '200', ...query }));

/** Newest first. */
export const byNumber = async (page: Browser, { idNumber }: StudentForm): Promise<RegistrationRow[]> =>
  (await list(page, { idNumber: idNumber! })).rows;

/** The newest registration of the pupil, once its check is in one of these states. */
export async function checked(page: Browser, pupil: StudentForm, ...states: string[]): Promise<RegistrationRow> {
  const isSo = ([one]: RegistrationRow[]): boolean => one !== undefined && states.includes(one.checkState);
  return (await eventually(() => byNumber(page, pupil), isSo))[0]!;
}

export const detailOf = (page: Browser, id: string): Promise<z.infer<typeof RegistrationDetail>> =>
  json(page.get('/api/registrations/one', { id }));

export const decided = (page: Browser, row: RegistrationRow, decision = 'approve', opinion = ''): Promise<Response> =>
  page.post('/api/applications/decide', { id: row.id, revision: row.revision, decision, opinion });

export async function decideAll(
  page: Browser,
  act: 'review' | 'report',
  more: { kind?: string; ids?: string[]; decision?: string; opinion?: string } = {},
): Promise<TaskView> {
  const input = { kind: 'primary-entrant', act, decision: 'approve', opinion: '', ...more };
  const { taskId } = await json<{ taskId: string }>(page.post('/api/applications/decide-many', input));
  return eventually(
    () => json<TaskView>(page.get('/api/tasks/one', { id: taskId })),
    (task) => task.state !== 'running',
  );
}
