import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RegistrationImport } from '../../../contracts/registration.ts';
import type { StudentForm } from '../../../contracts/student-form.ts';
import { demoOrgs, demoProvinces } from '../../../deploy/demo/orgs.ts';
import { systemClock } from '../../../shared/clock.ts';
import { openSpreadsheets } from '../../../shared/spreadsheet/spreadsheets.ts';
import type { Browser } from '../../../deploy/demo/browser.ts';
import { handedIn, started } from '../../../tests/world/entry.ts';
import {
  bureau,
  byNumber,
  checked,
  decided,
  detailOf,
  json,
  otherSchool,
  pupils,
  school,
  verifiable,
} from '../../../tests/world/registration.ts';
import { eventually, openWorld } from '../../../tests/world/world.ts';
import type { World } from '../../../tests/world/world.ts';
import { hmtForeignEntrantSheet, residentJuniorSheet } from '../sheet.ts';

const orgs = demoOrgs(demoProvinces[0]);
/** Teaches primary and junior pupils. */
const nineYear = orgs.find((org) => org.name.endsWith('育英学校'))!;

let world: World;
let registrar: Browser;
let nine: Browser;
beforeAll(async () => {
  world = await openWorld();
  [registrar, nine] = await Promise.all([world.signIn(`xj${school.id}`), world.signIn(`xj${nineYear.id}`)]);
}, 60_000);
afterAll(() => world.stop());

async function uploadedAs(
  page: Browser,
  sheet: typeof hmtForeignEntrantSheet,
  rows: readonly StudentForm[],
  query: Record<string, string>,
): Promise<RegistrationImport> {
  const stream = openSpreadsheets(systemClock).export(sheet, rows);
  const file = new Uint8Array(await new Response(stream).arrayBuffer());
  const { id } = await json<RegistrationImport>(
    page.upload('/api/registrations/imports/upload', file, '学生.xlsx', query),
  );
  const ask = (): Promise<RegistrationImport> => json(page.get('/api/registrations/imports/one', { id }));
  return eventually(ask, ({ state }) => state !== 'checking');
}
const submittedAs = (page: Browser, id: string): Promise<RegistrationImport> =>
  json(page.post('/api/registrations/imports/submit', { id, warningsConfirmed: true }));

/** Of Hong Kong, with the travel permit. */
const ofHongKong = (number: string, schoolCode = school.id): StudentForm => ({
  ...pupils(81, 1)[0]!,
  schoolCode,
  idType: '6',
  idNumber: number,
  nationality: 'HKG',
  overseas: '01',
});

describe('1.1, 1.6 港澳台和外籍小学新生 by file', () => {
  test('its template has fewer items; the document is claimed nationally and ends with a temporary number', async () => {
    const titles = hmtForeignEntrantSheet.columns.map(({ title }) => title);
    expect(titles).not.toContain('户口性质');
    expect(titles).toContain('港澳台侨外');
    const query = { category: 'hmt-foreign' };
    const upload = await uploadedAs(registrar, hmtForeignEntrantSheet, [ofHongKong('H12345678')], query);
    expect(upload).toMatchObject({ state: 'ready', category: 'hmt-foreign', kind: 'primary-entrant' });
    await submittedAs(registrar, upload.id);
    const row = await checked(registrar, ofHongKong('H12345678'), 'passed');
    const { application } = await detailOf(registrar, row.id);
    expect(application.chain.map(({ orgId }) => orgId)).toEqual([school.id, school.id, bureau]);
    for (const account of [`ld${school.id}`, `xj${school.id}`, `xj${bureau}`]) {
      const [now] = await byNumber(registrar, ofHongKong('H12345678'));
      await json(decided(await world.signIn(account), now!));
    }
    const [approved] = await byNumber(registrar, ofHongKong('H12345678'));
    expect(approved!.studentNumber).toMatch(/^L370102\d{8}[\dA-Z]{3}[\dX]$/);

    const other = await world.signIn(`xj${otherSchool.id}`);
    const again = await uploadedAs(other, hmtForeignEntrantSheet, [ofHongKong('H1234567801', otherSchool.id)], query);
    await submittedAs(other, again.id);
    const held = await checked(other, ofHongKong('H1234567801'), 'dedup-failed');
    expect(held.holder).toMatchObject({ provinceName: '山东省', schoolName: school.name });
  }, 60_000);

  test('a resident id, or nothing said of where the pupil is from, is an error of the row', async () => {
    const rows = [
      { ...pupils(82, 1)[0]!, overseas: '01' },
      { ...ofHongKong('H87654321'), overseas: '00' },
    ];
    const upload = await uploadedAs(registrar, hmtForeignEntrantSheet, rows, { category: 'hmt-foreign' });
    expect(upload).toMatchObject({ state: 'has-errors', failed: 2 });
    const { rows: told } = await json<{ rows: { findings: { title: string }[] }[] }>(
      registrar.get('/api/registrations/imports/rows', { id: upload.id, only: 'errors' }),
    );
    expect(told.map(({ findings }) => findings.map(({ title }) => title))).toEqual([['身份证件类型'], ['港澳台侨外']]);
  }, 60_000);
});

describe('1.14 非小学新生', () => {
  const year = new Date().getFullYear();
  const older = (seed: number, entryMonth: string): StudentForm => ({
    ...verifiable(seed, 1)[0]!,
    schoolCode: nineYear.id,
    entryMonth,
  });

  test('a pupil of another grade is entered singly, checked like a first-grader, and is of the stage that was chosen', async () => {
    const entry = { kind: 'other-entrant', category: 'resident', stage: 'primary' } as const;
    const draft = await started(nine, entry);
    const pupil = older(83, `${year - 3}-09`);
    const first = (await (await handedIn(nine, draft, { ...pupil, entryMonth: `${year}-09` })).json()) as {
      errors: unknown;
    };
    expect(first.errors).toMatchObject([
      { pointer: '/form/entryMonth', detail: expect.stringContaining('小学新生注册') },
    ]);
    const unsure = await handedIn(nine, draft, pupil, false);
    expect(await unsure.json()).toMatchObject({ warnings: true, errors: [{ pointer: '/form/birthDate' }] });
    await json(handedIn(nine, draft, pupil));
    const row = await checked(nine, pupil, 'passed');
    expect(row).toMatchObject({ kind: 'other-entrant', gradeName: `小学${year - 3}级` });
  }, 60_000);

  test('by file, each stage with its own template', async () => {
    const query = { category: 'resident', kind: 'other-entrant', stage: 'junior' };
    const rows = [older(84, `${year - 1}-09`)];
    const upload = await uploadedAs(nine, residentJuniorSheet, rows, query);
    expect(upload).toMatchObject({ state: 'ready', kind: 'other-entrant', stage: 'junior', warnings: 1 });
    await submittedAs(nine, upload.id);
    const row = await checked(nine, rows[0]!, 'passed');
    expect(row).toMatchObject({ kind: 'other-entrant', gradeName: `初中${year - 1}级` });
    const list = (kind: string) => json<{ rows: { id: string }[] }>(nine.get('/api/registrations/imports', { kind }));
    expect((await list('other-entrant')).rows.map(({ id }) => id)).toContain(upload.id);
    expect((await list('primary-entrant')).rows).toEqual([]);
  }, 60_000);

  test.each([
    ['小学新生 with a document only by file', 'primary-entrant', 'resident', 'primary', '只能用文件导入'],
    ['a stage that the school has not', 'other-entrant', 'resident', 'senior', '没有高中学段'],
  ])('refused: %s', async (_what, kind, category, stage, detail) => {
    const answer = await nine.post('/api/registrations/entry/start', { kind, category, stage });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(detail) });
  });

  test('无身份证件 has no template', async () => {
    const answer = await nine.get('/api/registrations/template', { category: 'none', kind: 'other-entrant' });
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('只能逐个录入') });
  });
});
