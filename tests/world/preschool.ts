import type { z } from 'zod';
import type {
  listPreschoolCandidates,
  Matched,
  PreschoolCandidate,
  PreschoolEntry,
  PreschoolImport,
} from '../../contracts/preschool.ts';
import { listedFields } from '../../contracts/preschool-rules.ts';
import type { ListedPupil } from '../../contracts/preschool-rules.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { saveRecords } from '../../province-node/preschool/records.ts';
import { recordOf } from '../../province-node/preschool/load-records.ts';
import { preschoolListSheet } from '../../province-node/preschool/sheet.ts';
import { systemClock } from '../../shared/clock.ts';
import { openSpreadsheets } from '../../shared/spreadsheet/spreadsheets.ts';
import { json } from './registration.ts';
import type { Page } from './registration.ts';
import type { World } from './world.ts';

/** What a registrar does with the preschool list, through the HTTP app. */
export const listedOf = (form: StudentForm): ListedPupil =>
  Object.fromEntries(listedFields.flatMap((field) => (form[field] === undefined ? [] : [[field, form[field]]])));

let keys = 0;
/** Preschool records of these children, each of its own key unless one is given. */
export async function recorded(world: World, forms: readonly StudentForm[], key?: string): Promise<void> {
  const { store, vault } = world.province('37').context;
  const kindergarten = { kindergartenName: '泉城幼儿园', kindergartenRegion: '370102000000' };
  const records = forms.map((form) =>
    recordOf(vault, { ...form, ...kindergarten, recordKey: key ?? `test-${keys++}` }, '2026-09-01'),
  );
  await store.decide((tx) => saveRecords(tx, records));
}

export const add = (page: Browser, pupil: ListedPupil): Promise<Response> =>
  page.post('/api/preschool/list/add', { pupil });
export const added = (page: Browser, pupil: ListedPupil): Promise<Matched> => json(add(page, pupil));

export const entries = async (page: Browser, query: Record<string, string> = {}): Promise<PreschoolEntry[]> =>
  (await json<Page<PreschoolEntry>>(page.get('/api/preschool/list', { pageSize: '200', ...query }))).rows;
export const entryOf = async (page: Browser, { idNumber }: StudentForm): Promise<PreschoolEntry> =>
  (await entries(page, { idNumber: idNumber! }))[0]!;

export const candidatesOf = async (page: Browser, id: string): Promise<PreschoolCandidate[]> =>
  (await json<z.output<typeof listPreschoolCandidates.output>>(page.get('/api/preschool/list/candidates', { id })))
    .candidates;
export const confirm = (
  page: Browser,
  { id, revision }: Pick<PreschoolEntry, 'id' | 'revision'>,
  recordId: string | null,
): Promise<Response> => page.post('/api/preschool/list/confirm', { id, revision, recordId });

export async function listFile(pupils: readonly ListedPupil[]): Promise<Uint8Array> {
  const stream = openSpreadsheets(systemClock).export(preschoolListSheet, pupils);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
export const imported = async (
  page: Browser,
  pupils: readonly ListedPupil[],
  name = '名单.xlsx',
): Promise<PreschoolImport> => json(page.upload('/api/preschool/list/import', await listFile(pupils), name));

export const problemOf = async (answer: Promise<Response>) =>
  (await (await answer).json()) as {
    type: string;
    status: number;
    detail: string;
    errors?: { pointer: string; detail: string }[];
  };
