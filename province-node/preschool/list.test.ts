import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { ImportRow } from '../../contracts/registration.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { add, added, entries, entryOf, imported, listedOf, listFile, problemOf } from '../../tests/world/preschool.ts';
import { checked, decided, json, pupils, registered, school, secondSchool } from '../../tests/world/registration.ts';
import { handedIn, evidenceUploaded, started, undocumented, withoutDocument } from '../../tests/world/entry.ts';
import { tinyJpeg } from '../../tests/world/pictures.ts';
import { rowsOfFile } from '../../tests/world/sheets.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { removeStrayUploads } from './import.ts';

let world: World;
let registrar: Browser;
let stranger: Browser;
beforeAll(async () => {
  world = await openWorld(['37']);
  registrar = await world.signIn(`xj${school.id}`);
  stranger = await world.signIn(`xj${secondSchool.id}`);
}, 60_000);
afterAll(() => world.stop());

const change = (page: Browser, id: string, revision: number, pupil: object): Promise<Response> =>
  page.post('/api/preschool/list/change', { id, revision, pupil });
const remove = (page: Browser, ...chosen: { id: string; revision: number }[]): Promise<Response> =>
  page.post('/api/preschool/list/remove', { entries: chosen.map(({ id, revision }) => ({ id, revision })) });

describe('1.2 adding to the list', () => {
  test('sex and birth date follow from a resident id, an old one of 15 digits too; the number is masked in the list', async () => {
    const [pupil] = pupils(201, 1) as [StudentForm];
    await added(registrar, { name: pupil.name!, idType: '1', idNumber: pupil.idNumber! });
    const entry = await entryOf(registrar, pupil);
    expect(entry).toMatchObject({ name: pupil.name, birthDate: pupil.birthDate, category: 'resident' });
    expect(entry.sex).toBe(pupil.sex === '1' ? '男' : '女');
    expect(entry.idNumber).toMatch(/^370102\*{8}\w{4}$/);
  });

  test('what is missing or wrong is told at its field, and nothing is listed', async () => {
    const [pupil] = pupils(202, 1) as [StudentForm];
    const wrong = { ...listedOf(pupil), birthDate: '2019-12-31' };
    expect(await problemOf(add(registrar, wrong))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/pupil/birthDate', detail: expect.stringContaining('不一致') }],
    });
    expect(await problemOf(add(registrar, { name: '王小明', idType: '1' }))).toMatchObject({
      errors: [{ pointer: '/pupil/idNumber', detail: '身份证件号必填，请填写' }],
    });
    expect((await problemOf(add(registrar, { name: '王小明', idType: 'Z' }))).errors).toMatchObject([
      { pointer: '/pupil/sex' },
      { pointer: '/pupil/birthDate' },
    ]);
    expect(await entries(registrar, { idNumber: pupil.idNumber! })).toEqual([]);
  });

  test('an id on a list of the province is refused: one’s own says who and when, another school’s only where', async () => {
    const [pupil] = pupils(203, 1) as [StudentForm];
    await added(registrar, listedOf(pupil));
    const again = await problemOf(add(registrar, listedOf(pupil)));
    expect(again).toMatchObject({ type: '/problems/identity-held', errors: [{ pointer: '/pupil/idNumber' }] });
    expect(again.detail).toMatch(new RegExp(`^该身份证件号已在本校名单中：${pupil.name}（\\d{4}-\\d\\d-\\d\\d新增）$`));
    const elsewhere = await problemOf(add(stranger, listedOf(pupil)));
    expect(elsewhere.detail).toBe(`该身份证件号已列入${school.name}的学前调档名单，请与该校核实`);
    expect(elsewhere.detail).not.toContain(pupil.name);
  });

  test('two at the same instant list the pupil once', async () => {
    const [pupil] = pupils(204, 1) as [StudentForm];
    const answers = await Promise.all([add(registrar, listedOf(pupil)), add(stranger, listedOf(pupil))]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  test('without a document the same name, sex and birth date is refused in the school, and listed in another', async () => {
    const pupil = { name: '无名氏', idType: 'Z', sex: '1', birthDate: '2020-03-01' };
    await added(registrar, pupil);
    expect((await problemOf(add(registrar, pupil))).errors).toMatchObject([{ pointer: '/pupil/name' }]);
    await added(stranger, pupil);
  });

  test('who is registered already is not listed', async () => {
    const [pupil] = pupils(205, 1) as [StudentForm];
    await registered(registrar, [pupil]);
    expect((await problemOf(add(registrar, listedOf(pupil)))).detail).toContain('办理学籍注册');
  }, 60_000);

  test('a school without primary stage has no list', async () => {
    const senior = demoOrgs(demoProvinces[0]).find(({ stages }) => stages.join() === 'senior')!;
    const page = await world.signIn(`xj${senior.id}`);
    expect(await problemOf(add(page, listedOf(pupils(206, 1)[0]!)))).toMatchObject({
      status: 409,
      detail: '本校没有小学学段，不能注册小学新生',
    });
  });
});

describe('1.2 changing and removing', () => {
  test('a change is compare-and-set, and another school’s entry is not there', async () => {
    const [pupil, other] = pupils(211, 2) as [StudentForm, StudentForm];
    const { id } = await added(registrar, listedOf(pupil));
    expect((await change(stranger, id, 1, listedOf(other))).status).toBe(404);
    await json(change(registrar, id, 1, { ...listedOf(pupil), name: '改名' }));
    expect(await problemOf(change(registrar, id, 1, listedOf(other)))).toMatchObject({
      type: '/problems/stale-revision',
    });
    const shown = await json<{ revision: number; pupil: StudentForm }>(
      registrar.get('/api/preschool/list/one', { id }),
    );
    expect(shown).toMatchObject({ revision: 2, pupil: { name: '改名', idNumber: pupil.idNumber } });
  });

  test('neither is possible once the registration has begun, is returned or has ended in a record', async () => {
    const [pupil] = pupils(212, 1) as [StudentForm];
    const { id } = await added(registrar, listedOf(pupil));
    await registered(registrar, [pupil]);
    const refusals = [change(registrar, id, 1, listedOf(pupil)), remove(registrar, { id, revision: 1 })];
    for (const refusal of refusals)
      expect(await problemOf(refusal)).toMatchObject({
        status: 409,
        detail: expect.stringContaining('当前为“注册办理中”，只有“未完成注册”时才能'),
      });
    expect((await entryOf(registrar, pupil)).progress).toBe('under-way');
    const found = async (progress: string): Promise<boolean> =>
      (await entries(registrar, { progress })).some((entry) => entry.id === id);
    expect([await found('under-way'), await found('not-begun'), await found('finished')]).toEqual([true, false, false]);
    const head = await world.signIn(`ld${school.id}`);
    await json(decided(head, await checked(registrar, pupil, 'passed', 'verification-failed'), 'return', '请核对'));
    expect((await entryOf(registrar, pupil)).progress).toBe('returned');
    const { store } = world.province('37').context;
    await store.decide((tx) =>
      tx.updateTable('registration').set({ state: 'approved' }).where('name', '=', pupil.name!).execute(),
    );
    expect((await entryOf(registrar, pupil)).progress).toBe('finished');
    expect((await remove(registrar, { id, revision: 1 })).status).toBe(409);
  }, 60_000);

  test('of a pupil without a document the registration is recognised by who it is', async () => {
    const form = undocumented(pupils(213, 1)[0]!);
    const { id } = await added(registrar, listedOf(form));
    const draft = await started(registrar, withoutDocument);
    await json(evidenceUploaded(registrar, draft.id, tinyJpeg));
    await json(handedIn(registrar, draft, form));
    expect((await remove(registrar, { id, revision: 1 })).status).toBe(409);
  });

  test('many are removed together or not at all; a repeat removes nothing more; strangers remove nothing', async () => {
    const [one, two, three] = pupils(214, 3) as [StudentForm, StudentForm, StudentForm];
    for (const pupil of [one, two, three]) await added(registrar, listedOf(pupil));
    const chosen = [await entryOf(registrar, one), await entryOf(registrar, two), await entryOf(registrar, three)];
    await json(change(registrar, chosen[2]!.id, 1, listedOf(three)));
    expect((await problemOf(remove(registrar, ...chosen))).type).toBe('/problems/stale-revision');
    expect(await entryOf(registrar, one)).toBeDefined();
    const first = chosen.slice(0, 2);
    expect(await json(remove(stranger, ...first))).toEqual({ removed: 0 });
    expect(await json(remove(registrar, ...first))).toEqual({ removed: 2 });
    expect(await json(remove(registrar, ...first))).toEqual({ removed: 0 });
  });
});

describe('1.2 Excel', () => {
  test('the template has the five columns; a right file is listed whole and found by its name', async () => {
    const template = await registrar.get('/api/preschool/list/template');
    expect((await rowsOfFile(template, '学前调档名单'))[0]).toEqual([
      '★姓名',
      '★身份证件类型',
      '身份证件号',
      '性别',
      '出生日期',
    ]);
    const given = pupils(221, 30);
    const { errors, rows } = await imported(registrar, given.map(listedOf), '一年级 50%_新生.xlsx');
    expect({ errors, rows }).toEqual({ errors: 0, rows: 30 });
    expect(await entries(registrar, { fileName: '50%_新' })).toHaveLength(30);
    expect(await entries(registrar, { fileName: '50__新' })).toHaveLength(0);
    expect(await entries(registrar, { name: given[4]!.name!, idType: '1' })).not.toHaveLength(0);
    expect(await entries(stranger, { fileName: '50%_新' })).toHaveLength(0);
  }, 60_000);

  test('of a file with errors nothing is listed; they stand by row and column, in the marked file too, until the next upload', async () => {
    const given = pupils(222, 5).map(listedOf);
    await added(stranger, given[3]!);
    const wrong = [given[0]!, { ...given[1]!, birthDate: '2019-01-01' }, { ...given[2]! }, given[3]!, given[0]!];
    delete wrong[2]!.name;
    const { id, failed, errors } = await imported(registrar, wrong);
    expect({ failed, errors }).toEqual({ failed: 5, errors: 5 });
    const page = await json<{ rows: ImportRow[] }>(registrar.get('/api/preschool/list/import/rows', { id }));
    const told = page.rows.flatMap(({ row, findings }) =>
      findings.map(({ title, message }) => `${row} ${title} ${message}`),
    );
    expect(told).toEqual([
      '2 身份证件号 身份证件号与第6行重复，请核对',
      expect.stringMatching(/^3 出生日期 与身份证件号中的出生日期/),
      '4 姓名 姓名必填，请填写',
      expect.stringContaining(`5 身份证件号 该身份证件号已列入${secondSchool.name}的学前调档名单`),
      '6 身份证件号 身份证件号与第2行重复，请核对',
    ]);
    const marked = await registrar.get('/api/preschool/list/import/marked', { id });
    expect(JSON.stringify(await rowsOfFile(marked, '问题清单'))).toContain('姓名必填');
    expect((await stranger.get('/api/preschool/list/import/rows', { id })).status).toBe(404);
    expect(await entries(registrar, { idNumber: given[0]!.idNumber! })).toEqual([]);
    await imported(registrar, [given[0]!, given[1]!]);
    expect((await registrar.get('/api/preschool/list/import/rows', { id })).status).toBe(404);
    expect(await world.province('37').context.files.list('preschool-')).toEqual([]);
  }, 60_000);

  test('a file uploaded by two browsers at once is listed once', async () => {
    const file = await listFile(pupils(223, 3).map(listedOf));
    const again = await world.signIn(`xj${school.id}`);
    const upload = (page: Browser): Promise<Response> => page.upload('/api/preschool/list/import', file, '两次.xlsx');
    const answers = await Promise.all([upload(registrar), upload(again)]);
    const outcomes = await Promise.all(
      answers.map(async (answer) => (answer.ok ? ((await answer.json()) as { errors: number }).errors : answer.status)),
    );
    expect(outcomes.filter((outcome) => outcome === 0)).toHaveLength(1);
    expect(await entries(registrar, { fileName: '两次' })).toHaveLength(3);
  }, 60_000);

  test('the export has what the conditions select, numbers masked', async () => {
    const rows = await rowsOfFile(
      await registrar.get('/api/preschool/list/export', { fileName: '50%_新' }),
      '学前调档名单列表',
    );
    expect(rows).toHaveLength(31);
    expect(rows[1]).toContain('未查到学前学籍');
    expect(JSON.stringify(rows)).not.toContain(pupils(221, 1)[0]!.idNumber);
  }, 60_000);

  test('what a crash left in the file store is removed at the next start', async () => {
    const { context } = world.province('37');
    await context.files.put('preschool-file-gone', new Uint8Array([1]));
    const { id } = await imported(registrar, [{ name: '一' }]);
    await removeStrayUploads(context);
    expect((await context.files.list('preschool-')).toSorted()).toEqual([
      `preschool-file-${id}`,
      `preschool-rows-${id}`,
    ]);
  }, 60_000);
});
