import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { studentFields } from '../../contracts/student-form.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { openSheet } from '../../shared/spreadsheet/xlsx/reader.ts';
import { workbook } from '../../tests/spreadsheet/workbooks.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import {
  byNumber,
  fileOf,
  json,
  list,
  pupils,
  school,
  secondSchool,
  submitted,
  uploaded,
  uploadedFile,
} from '../../tests/world/registration.ts';
import type { Page } from '../../tests/world/registration.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { removeStrayFiles, resumeChecks } from './import.ts';

let world: World;
let registrar: Browser;
beforeAll(async () => {
  world = await openWorld(['37']);
  registrar = await world.signIn(`xj${school.id}`);
}, 60_000);
afterAll(() => world.stop());

const upload = (page: Browser, category: string): Promise<Response> =>
  page.upload('/api/registrations/imports/upload', new Uint8Array([1]), 'x.xlsx', { category });
const detail = async (answer: Response): Promise<unknown> => ((await answer.json()) as { detail: string }).detail;
const filesKept = (): Promise<string[]> => world.province('37').context.files.list('import-');
const stateOf = async (id: string): Promise<{ state: string; problem: string | null }> =>
  json(registrar.get('/api/registrations/imports/one', { id }));

describe('the template', () => {
  test('§4.1 has the 73 columns of phase two in their order', async () => {
    const answer = await registrar.get('/api/registrations/template', { category: 'resident' });
    const sheet = await openSheet(new Uint8Array(await answer.arrayBuffer()), '居民身份证小学新生注册');
    const header = (await sheet.rows[Symbol.asyncIterator]().next()).value as { cells: string[] };
    expect(header.cells.map((title) => title.replace('★', ''))).toEqual(studentFields.map(([, title]) => title));
    expect(header.cells).toHaveLength(73);
  });

  test('1.1 neither template nor upload without a document, and the answer says why', async () => {
    const category = 'none';
    const answers = [registrar.get('/api/registrations/template', { category }), upload(registrar, category)];
    for (const answer of await Promise.all(answers)) {
      expect(answer.status).toBe(409);
      expect(await detail(answer)).toBe('无身份证件的学生不能用文件导入，只能逐个录入');
    }
  });

  test('1.6 a school without primary stage registers no first-graders', async () => {
    const senior = demoOrgs(demoProvinces[0]).find(({ stages }) => stages.join() === 'senior')!;
    const page = await world.signIn(`xj${senior.id}`);
    const answer = await upload(page, 'resident');
    expect([answer.status, await detail(answer)]).toEqual([409, '本校没有小学学段，不能注册小学新生']);
  });
});

describe('an uploaded file', () => {
  test('1.6 is not submitted before its warnings were confirmed', async () => {
    const [pupil] = pupils(11, 1);
    const { id, warnings } = await uploaded(registrar, [{ ...pupil, entryMonth: '2025-09' }]);
    expect(warnings).toBeGreaterThan(0);
    const answer = await registrar.post('/api/registrations/imports/submit', { id });
    expect([answer.status, await detail(answer)]).toEqual([422, `文件中有 ${warnings} 处提醒，请核对后确认提交`]);
    expect((await submitted(registrar, id)).status).toBe(200);
  }, 60_000);

  test('1.6 submitted by two browsers at once is registered once, and the second is told the state', async () => {
    const [pupil] = pupils(12, 1);
    const { id } = await uploaded(registrar, [pupil!]);
    const again = await world.signIn(`xj${school.id}`);
    const answers = await Promise.all([submitted(registrar, id), submitted(again, id)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const refused = (await answers.find(({ status }) => status === 409)!.json()) as { type: string };
    expect(refused.type).toBe('/problems/illegal-move');
    expect(await byNumber(registrar, pupil!)).toHaveLength(1);
    expect(await filesKept()).not.toContain(`import-${id}`);
  }, 60_000);

  test('1.8 of two schools that submit one identity at once one is refused with who has it', async () => {
    const [pupil] = pupils(13, 1);
    const second = await world.signIn(`xj${secondSchool.id}`);
    const mine = await uploaded(registrar, [pupil!]);
    const theirs = await uploaded(second, [{ ...pupil!, schoolCode: secondSchool.id }]);
    const answers = await Promise.all([submitted(registrar, mine.id), submitted(second, theirs.id)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const refused = (await answers.find(({ status }) => status === 409)!.json()) as {
      type: string;
      errors: { pointer: string }[];
    };
    expect(refused).toMatchObject({ type: '/problems/identity-held', errors: [{ pointer: '第2行 身份证件号' }] });
  }, 60_000);

  test('1.6 discarded it is gone with its rows and its file, and cannot be submitted or discarded again', async () => {
    const { id } = await uploaded(registrar, pupils(14, 2));
    const before = (await list(registrar)).total;
    expect(await json(registrar.post('/api/registrations/imports/discard', { id }))).toMatchObject({
      state: 'discarded',
    });
    expect(await filesKept()).not.toContain(`import-${id}`);
    const rows = await json<Page<unknown>>(registrar.get('/api/registrations/imports/rows', { id, only: 'all' }));
    expect(rows.total).toBe(0);
    for (const act of ['submit', 'discard'])
      expect((await registrar.post(`/api/registrations/imports/${act}`, { id })).status).toBe(409);
    expect((await registrar.get('/api/registrations/imports/marked', { id })).status).toBe(409);
    expect((await list(registrar)).total).toBe(before);
  }, 60_000);

  test('is another school’s: not there, whatever is asked of it', async () => {
    const { id } = await uploaded(registrar, pupils(15, 1));
    const second = await world.signIn(`xj${secondSchool.id}`);
    for (const what of ['one', 'rows', 'marked'])
      expect((await second.get(`/api/registrations/imports/${what}`, { id })).status).toBe(404);
    for (const act of ['submit', 'discard'])
      expect((await second.post(`/api/registrations/imports/${act}`, { id })).status).toBe(404);
  }, 60_000);

  test('1.6 with a column that the template does not have says so where the registrar looks', async () => {
    const sheet = await openSheet(await fileOf(pupils(16, 2)), '居民身份证小学新生注册');
    const cells: string[][] = [];
    for await (const row of sheet.rows) cells.push(Array.from(row.cells, (cell) => (cell as string) ?? ''));
    cells.forEach((row, index) => (row[73] = index === 0 ? '宗教信仰' : '无'));
    const { id, warnings } = await uploadedFile(registrar, await workbook(cells));
    expect(warnings).toBe(1);
    const { rows } = await json<Page<{ findings: { title: string }[] }>>(
      registrar.get('/api/registrations/imports/rows', { id }),
    );
    expect(rows).toMatchObject([{ findings: [{ title: '宗教信仰', severity: 'warning' }] }]);
  }, 60_000);

  test('named after a pupil’s number leaves no number in the audit log or the task', async () => {
    const [pupil] = pupils(17, 1);
    const { taskId } = await uploadedFile(registrar, await fileOf([pupil!]), `${pupil!.idNumber}.xlsx`);
    const db = world.province('37').context.store.read;
    const audit = await db.selectFrom('audit_entry').select('summary').execute();
    const task = await db.selectFrom('task').select('title').where('id', '=', taskId).executeTakeFirstOrThrow();
    expect(JSON.stringify([audit, task])).not.toContain(pupil!.idNumber);
    expect(task.title).toMatch(/^校验 \d{6}\*{8}\d{3}[\dX]\.xlsx$/);
  }, 60_000);
});

describe('after a crash', () => {
  test('files of uploads that were never recorded or are over are removed, the others stay', async () => {
    const { context } = world.province('37');
    const { id } = await uploaded(registrar, pupils(18, 1));
    await context.files.put('import-lost', new Uint8Array([1]));
    await context.files.put('evidence-1', new Uint8Array([1]));
    await removeStrayFiles(context);
    const kept = await filesKept();
    expect(kept).toContain(`import-${id}`);
    expect(kept).not.toContain('import-lost');
    expect(await context.files.list('evidence-')).toEqual(['evidence-1']);
  }, 60_000);

  test('a check that was cut off is made again; without its file the upload says so and can be discarded', async () => {
    const { context } = world.province('37');
    const whole = await uploaded(registrar, pupils(19, 1));
    const lost = await uploaded(registrar, pupils(20, 1));
    await context.store.decide(async (tx) => {
      await tx.deleteFrom('registration_import_row').where('importId', 'in', [whole.id, lost.id]).execute();
      await tx
        .updateTable('registration_import')
        .set({ state: 'checking' })
        .where('id', 'in', [whole.id, lost.id])
        .execute();
    });
    await context.files.remove(`import-${lost.id}`);
    await resumeChecks(context);
    const done = ({ state }: { state: string }): boolean => state !== 'checking';
    expect(await eventually(() => stateOf(whole.id), done)).toMatchObject({ state: 'ready' });
    expect(await eventually(() => stateOf(lost.id), done)).toMatchObject({
      state: 'unreadable',
      problem: '文件已不在服务器上，请重新上传',
    });
    expect((await registrar.post('/api/registrations/imports/discard', { id: lost.id })).status).toBe(200);
  }, 60_000);
});
