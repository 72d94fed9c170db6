import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EntryDraft } from '../../contracts/registration-entry.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import {
  added,
  candidatesOf,
  confirm,
  entries,
  entryOf,
  imported,
  listedOf,
  problemOf,
  recorded,
} from '../../tests/world/preschool.ts';
import { photosOf, photoUploaded } from '../../tests/world/entry.ts';
import { greyPng } from '../../tests/world/pictures.ts';
import {
  byNumber,
  json,
  pupils,
  registered,
  school,
  secondSchool,
  uploadedFile,
} from '../../tests/world/registration.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

let world: World;
let registrar: Browser;
let stranger: Browser;
beforeAll(async () => {
  world = await openWorld(['37']);
  registrar = await world.signIn(`xj${school.id}`);
  stranger = await world.signIn(`xj${secondSchool.id}`);
}, 60_000);
afterAll(() => world.stop());

const hongKong = (form: StudentForm, permit: string): StudentForm => ({ ...form, idType: '6', idNumber: permit });

describe('1.3 matching with preschool records', () => {
  test('a file is matched as it is imported: found, not found, and to be confirmed', async () => {
    const [found, missing, twice, renamed] = pupils(301, 4) as [StudentForm, StudentForm, StudentForm, StudentForm];
    await recorded(world, [found, twice, twice, { ...renamed, name: '旧姓名' }]);
    const { matches } = await imported(registrar, [found, missing, twice, renamed].map(listedOf));
    expect(matches).toEqual({ matched: 1, 'not-found': 1, 'to-confirm': 2 });
    expect((await entryOf(registrar, found)).matchState).toBe('matched');
    expect((await entries(registrar, { matchState: 'to-confirm' })).map(({ name }) => name).toSorted()).toEqual(
      [twice.name, renamed.name].toSorted(),
    );
  }, 60_000);

  test('one is confirmed, or none; compare-and-set, and the same answer twice has one effect', async () => {
    const [pupil, other] = pupils(302, 2) as [StudentForm, StudentForm];
    await recorded(world, [pupil, pupil, other, other]);
    await imported(registrar, [pupil, other].map(listedOf));
    const entry = await entryOf(registrar, pupil);
    const offered = await candidatesOf(registrar, entry.id);
    expect(offered).toMatchObject([
      { name: pupil.name, kindergartenName: '泉城幼儿园', kindergartenRegion: '山东省济南市历下区', isTaken: false },
      { name: pupil.name, isTaken: false },
    ]);
    expect(JSON.stringify(offered)).not.toContain(pupil.idNumber);
    expect((await confirm(stranger, entry, offered[0]!.id)).status).toBe(404);
    const strange = (await candidatesOf(registrar, (await entryOf(registrar, other)).id))[0]!;
    expect((await problemOf(confirm(registrar, entry, strange.id))).status).toBe(409);
    const answers = await Promise.all([0, 1].map(() => confirm(registrar, entry, offered[0]!.id)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await problemOf(confirm(registrar, entry, offered[1]!.id))).type).toBe('/problems/stale-revision');
    expect(await entryOf(registrar, pupil)).toMatchObject({ matchState: 'matched', revision: 2 });

    const none = await entryOf(registrar, other);
    await json(confirm(registrar, none, null));
    expect((await entryOf(registrar, other)).matchState).toBe('not-found');
    const now = await entryOf(registrar, other);
    expect((await problemOf(confirm(registrar, now, strange.id))).detail).toContain('确认学前学籍');
  }, 60_000);

  test('a record that another listed pupil goes on from is not matched by itself, and cannot be confirmed', async () => {
    const child = { name: '无证之子', idType: 'Z', sex: '2', birthDate: '2020-05-05' };
    await recorded(world, [child]);
    expect((await added(registrar, child)).matchState).toBe('matched');
    expect((await added(stranger, child)).matchState).toBe('to-confirm');
    const [entry] = await entries(stranger, { matchState: 'to-confirm' });
    const [candidate] = await candidatesOf(stranger, entry!.id);
    expect(candidate!.isTaken).toBe(true);
    expect((await problemOf(confirm(stranger, entry!, candidate!.id))).detail).toContain('另一名学生接续');
  });

  test('a changed entry is searched for anew', async () => {
    const [before, after] = pupils(303, 2) as [StudentForm, StudentForm];
    await recorded(world, [after]);
    const { id, matchState } = await added(registrar, listedOf(before));
    expect(matchState).toBe('not-found');
    const answer = registrar.post('/api/preschool/list/change', { id, revision: 1, pupil: listedOf(after) });
    expect(await json(answer)).toMatchObject({ matchState: 'matched' });
  });
});

const opened = (page: Browser, id: string): Promise<Response> => page.post('/api/preschool/supplement/open', { id });
const saved = (page: Browser, { id, revision }: EntryDraft, form: StudentForm): Promise<Response> =>
  page.post('/api/preschool/supplement/save', { id, revision, form });
const completed = (page: Browser, { id, revision }: EntryDraft, form: StudentForm, warningsConfirmed = true) =>
  page.post('/api/preschool/supplement/complete', { id, revision, form, warningsConfirmed });
const exported = (page: Browser, ...ids: string[]): Promise<Response> =>
  page.get(`/api/preschool/list/registration-file?${ids.map((id) => `ids=${id}`).join('&')}`);

/** Listed and matched, with what the kindergarten knew. */
async function matched(form: StudentForm): Promise<string> {
  await recorded(world, [form]);
  return (await added(registrar, listedOf(form))).id;
}

describe('1.5 supplement', () => {
  test('is prefilled from the preschool record, kept as typed, and completed only when whole and right', async () => {
    const [pupil] = pupils(311, 1) as [StudentForm];
    const id = await matched(pupil);
    const draft = await json<EntryDraft>(opened(registrar, id));
    expect(draft).toMatchObject({ category: 'resident', revision: 1, savedAt: null });
    expect(draft.form).toMatchObject({
      name: pupil.name,
      address: pupil.address,
      schoolCode: school.id,
      hadPreschool: '1',
    });
    expect(draft.form.classNo).toBeUndefined();
    expect((await opened(stranger, id)).status).toBe(404);

    const errors = (await problemOf(completed(registrar, draft, draft.form))).errors!;
    expect(errors.map(({ pointer }) => pointer)).toContain('/form/classNo');
    await json(saved(registrar, draft, { ...draft.form, address: '不是地址' }));
    expect((await problemOf(saved(registrar, draft, draft.form))).type).toBe('/problems/stale-revision');
    const again = await json<EntryDraft>(opened(registrar, id));
    expect(again).toMatchObject({ revision: 2, form: { address: '不是地址' } });
    expect((await entryOf(registrar, pupil)).supplement).toBe('open');

    await json(completed(registrar, again, pupil));
    expect((await entryOf(registrar, pupil)).supplement).toBe('done');
    expect((await completed(registrar, again, pupil)).status).toBe(200);
    expect((await completed(registrar, again, { ...pupil, address: '别处' })).status).toBe(409);
  });

  test('who the pupil is stands on the list: it cannot be typed over', async () => {
    const [pupil, other] = pupils(312, 2) as [StudentForm, StudentForm];
    const id = await matched(pupil);
    const draft = await json<EntryDraft>(opened(registrar, id));
    await json(completed(registrar, draft, { ...pupil, name: '他人', idNumber: other.idNumber! }));
    expect((await json<EntryDraft>(opened(registrar, id))).form).toMatchObject(listedOf(pupil));
  });

  test('what is thrown away goes back to what was completed, or to what the record knows', async () => {
    const [pupil] = pupils(313, 1) as [StudentForm];
    const id = await matched(pupil);
    const reset = async (): Promise<EntryDraft> => {
      await json(registrar.post('/api/preschool/supplement/reset', { id }));
      return json(opened(registrar, id));
    };
    const draft = await json<EntryDraft>(opened(registrar, id));
    await json(saved(registrar, draft, { address: '误填' }));
    const clean = await reset();
    expect(clean).toMatchObject({ revision: 1, form: { address: pupil.address } });
    await json(completed(registrar, clean, { ...pupil, address: '确认的地址' }));
    await json(saved(registrar, { ...clean, revision: 2 }, { address: '误填' }));
    expect((await reset()).form.address).toBe('确认的地址');
  });

  test('a change of who it is asks for it again and keeps what was typed', async () => {
    const [pupil, other] = pupils(314, 2) as [StudentForm, StudentForm];
    const id = await matched(pupil);
    await recorded(world, [other]);
    await json(
      completed(registrar, await json<EntryDraft>(opened(registrar, id)), { ...pupil, address: '保留的地址' }),
    );
    await json(registrar.post('/api/preschool/list/change', { id, revision: 1, pupil: listedOf(other) }));
    expect((await entryOf(registrar, other)).supplement).toBe('open');
    expect((await json<EntryDraft>(opened(registrar, id))).form).toMatchObject({
      name: other.name,
      address: '保留的地址',
    });
  });

  test('only of matched pupils, and not once the registration has begun', async () => {
    const [unknown, pupil] = pupils(315, 2) as [StudentForm, StudentForm];
    const { id } = await added(registrar, listedOf(unknown));
    expect((await problemOf(opened(registrar, id))).detail).toContain('未查到学前学籍');
    const of = await matched(pupil);
    const draft = await json<EntryDraft>(opened(registrar, of));
    await registered(registrar, [pupil]);
    for (const answer of [opened(registrar, of), saved(registrar, draft, pupil), completed(registrar, draft, pupil)])
      expect((await problemOf(answer)).detail).toContain('注册办理中');
  }, 60_000);
});

describe('1.5, 5.1 the photo of a listed pupil', () => {
  const upload = (id: string, width: number, page = registrar): Promise<Response> =>
    photoUploaded(page, 'preschool-photo', id, greyPng(width, Math.round((width * 32) / 26)));
  const shown = async (id: string): Promise<number[]> =>
    (await photosOf(registrar, 'preschool-photo', id)).map(({ width }) => width);

  test('stays when the form is completed; what comes after that is thrown away with what was typed', async () => {
    const [pupil] = pupils(316, 1) as [StudentForm];
    const id = await matched(pupil);
    expect((await photoUploaded(registrar, 'preschool-photo', id, greyPng(300, 300))).status).toBe(422);
    expect((await upload(id, 300, stranger)).status).toBe(404);
    await json(upload(id, 300));
    await json(completed(registrar, await json<EntryDraft>(opened(registrar, id)), pupil));
    await json(upload(id, 310));
    expect(await shown(id)).toEqual([310]);
    await json(registrar.post('/api/preschool/supplement/reset', { id }));
    expect(await shown(id)).toEqual([300]);
    const [kept] = await photosOf(registrar, 'preschool-photo', id);
    const removed = await problemOf(registrar.post('/api/evidence/remove', { id: kept!.id }));
    expect(removed.detail).toContain('补录保存时的照片随补录内容保留');
    const { revision } = await entryOf(registrar, pupil);
    await json(registrar.post('/api/preschool/list/remove', { entries: [{ id, revision }] }));
    expect((await world.province('37').context.files.list('evidence-')).length).toBe(0);
  });

  test('becomes that of the registration that the list is imported into', async () => {
    const [pupil, other] = pupils(317, 2) as [StudentForm, StudentForm];
    const id = await matched(pupil);
    await json(upload(id, 320));
    await registered(registrar, [pupil, other]);
    const photoOf = async (of: StudentForm): Promise<number[]> => {
      const [registration] = await byNumber(registrar, of);
      return (await photosOf(registrar, 'registration-photo', registration!.id)).map(({ width }) => width);
    };
    expect(await photoOf(pupil)).toEqual([320]);
    expect(await photoOf(other)).toEqual([]);
    expect(await shown(id)).toEqual([]);
    expect((await problemOf(upload(id, 330))).detail).toContain('注册办理中，不能在补录中更换照片；办结后');
  }, 60_000);
});

describe('1.4 export', () => {
  test('the file of completed pupils passes the registration import as it is; what is not known stays empty', async () => {
    const [pupil, unknown] = pupils(321, 2) as [StudentForm, StudentForm];
    const id = await matched(pupil);
    await json(completed(registrar, await json<EntryDraft>(opened(registrar, id)), pupil));
    const answer = await exported(registrar, id);
    expect(decodeURIComponent(answer.headers.get('content-disposition')!)).toContain('居民身份证调档学生导出.xlsx');
    const upload = await uploadedFile(registrar, new Uint8Array(await answer.arrayBuffer()), '调档.xlsx');
    expect(upload).toMatchObject({ state: 'ready', rows: 1, errors: 0 });

    const { id: other } = await added(registrar, listedOf(unknown));
    const half = await exported(registrar, id, other);
    const checked = await uploadedFile(registrar, new Uint8Array(await half.arrayBuffer()), '调档二.xlsx');
    expect(checked).toMatchObject({ state: 'has-errors', rows: 2, failed: 1 });
  }, 60_000);

  test('HMT pupils have their own template; a matched one is prefilled without having been opened', async () => {
    const [base] = pupils(322, 1) as [StudentForm];
    const id = await matched(hongKong(base, 'H12345678'));
    const answer = await exported(registrar, id);
    const upload = await registrar.upload(
      '/api/registrations/imports/upload',
      new Uint8Array(await answer.arrayBuffer()),
      '港澳.xlsx',
      { category: 'hmt-foreign' },
    );
    expect(upload.status).toBe(200);
  }, 60_000);

  test('one that cannot be exported refuses the file and names each with its reason; so do mixed categories', async () => {
    const [good, twice, begun, foreign] = pupils(323, 4) as [StudentForm, StudentForm, StudentForm, StudentForm];
    await recorded(world, [twice, twice]);
    const ids: string[] = [];
    for (const form of [good, twice, begun]) ids.push((await added(registrar, listedOf(form))).id);
    await registered(registrar, [begun]);
    const none = await added(registrar, { name: '无证学生', idType: 'Z', sex: '1', birthDate: '2020-01-02' });
    const refusal = await problemOf(exported(registrar, ...ids, none.id));
    expect(refusal.status).toBe(409);
    expect(refusal.errors!.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('不同身份证件类型的学生不能一起导出'),
      expect.stringMatching(new RegExp(`^${twice.name}（.*）：待确认学前学籍，请先确认$`)),
      expect.stringMatching(new RegExp(`^${begun.name}（.*）：当前为“注册办理中”`)),
      '无证学生：无身份证件的学生不能导出，请在“小学新生注册”中逐个录入',
    ]);
    const { id } = await added(registrar, listedOf(hongKong(foreign, 'H87654321')));
    expect((await problemOf(exported(registrar, ids[0]!, id))).detail).toContain('请按身份证件类型分别导出');
  }, 60_000);

  test('another school’s pupils are not there to be exported', async () => {
    const id = await matched(pupils(324, 1)[0]!);
    expect((await problemOf(exported(stranger, id))).detail).toBe('没有可导出的学生，请先在列表中选择');
  });
});
