import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InboxRow } from '../../../contracts/application.ts';
import type { RegistrationRow } from '../../../contracts/registration.ts';
import type { StudentForm } from '../../../contracts/student-form.ts';
import { maskStudentNumber } from '../../../contracts/people/names.ts';
import type { Browser } from '../../../deploy/demo/browser.ts';
import {
  evidenceOf,
  evidenceUploaded,
  handedIn,
  mended,
  photosOf,
  photoUploaded,
  started,
  undocumented,
  withoutDocument,
} from '../../../tests/world/entry.ts';
import { greyPng, tinyJpeg } from '../../../tests/world/pictures.ts';
import {
  bureau,
  byNumber,
  checked,
  decided,
  detailOf,
  json,
  list,
  registered,
  school,
  secondSchool,
  verifiable,
} from '../../../tests/world/registration.ts';
import { eventually, openWorld } from '../../../tests/world/world.ts';
import type { World } from '../../../tests/world/world.ts';

let world: World;
let registrar: Browser;
let head: Browser;
let manager: Browser;
let stranger: Browser;
beforeAll(async () => {
  world = await openWorld(['37']);
  [registrar, head, manager, stranger] = await Promise.all([
    world.signIn(`xj${school.id}`),
    world.signIn(`ld${school.id}`),
    world.signIn(`xj${bureau}`),
    world.signIn(`xj${secondSchool.id}`),
  ]);
}, 60_000);
afterAll(() => world.stop());

const waitingToMend = async (): Promise<InboxRow[]> =>
  (await json<{ rows: InboxRow[] }>(registrar.get('/api/applications/inbox', { act: 'mend' }))).rows;
const rowOf = async (id: string): Promise<RegistrationRow> => (await detailOf(registrar, id)).registration;
const problemOf = async (answer: Promise<Response>) =>
  (await (await answer).json()) as { type: string; detail: string; errors?: { pointer: string; detail: string }[] };

/** Registered by file, checked, and returned by the head with an opinion. */
async function returned(pupil: StudentForm, opinion = '现住址请核实'): Promise<RegistrationRow> {
  await registered(registrar, [pupil]);
  const row = await checked(registrar, pupil, 'passed');
  await json(decided(head, row, 'return', opinion));
  return row;
}

/** Every step of its chain, up to the bureau that ends it. */
async function approvedBy(id: string, ...people: Browser[]): Promise<RegistrationRow> {
  for (const person of people) await json(decided(person, await rowOf(id)));
  return rowOf(id);
}

describe('1.10 a returned registration is mended and handed in again', () => {
  test('it waits for the registrar with the opinion, is claimed anew, and ends with a formal number', async () => {
    const [pupil] = verifiable(61, 1) as [StudentForm];
    const { id } = await returned(pupil);
    expect(await waitingToMend()).toMatchObject([{ kind: 'primary-entrant', group: 'resident', total: 1 }]);
    const draft = await mended(registrar, id);
    expect(draft.returned).toMatchObject({ opinion: '现住址请核实', orgName: school.name });
    expect(draft.form.idNumber).toBe(pupil.idNumber);

    const form = { ...draft.form, address: '泉城路2号' };
    await json(handedIn(registrar, draft, form));
    expect(await waitingToMend()).toEqual([]);
    const again = await checked(registrar, pupil, 'passed');
    expect(again).toMatchObject({ id, state: 'in-review', blocked: null });
    const { application, sections } = await detailOf(head, id);
    expect(application.history.at(-1)).toMatchObject({ act: 'resubmit', opinion: '修改了：现住址' });
    expect(JSON.stringify(sections)).toContain('泉城路2号');
    const claims = world.hub.context.store.read.selectFrom('identity_claim').select(['application', 'claimNo']);
    expect(await claims.where('application', '=', id).execute()).toHaveLength(1);

    expect(await approvedBy(id, head, registrar, manager)).toMatchObject({
      studentNumber: maskStudentNumber(`G${pupil.idNumber}`),
    });
    await eventually(
      () => world.hub.context.store.read.selectFrom('identity_claim').selectAll().execute(),
      (all) => all.some((claim) => claim.application === id && claim.studentNumber === `G${pupil.idNumber}`),
    );
  }, 60_000);

  test('with another number it claims another identity; the first is free', async () => {
    const [wrong, right] = verifiable(62, 2) as [StudentForm, StudentForm];
    const { id } = await returned(wrong);
    const { idNumber, sex, birthDate } = right;
    const draft = await mended(registrar, id);
    await json(handedIn(registrar, draft, { ...draft.form, idNumber: idNumber!, sex: sex!, birthDate: birthDate! }));
    expect(await checked(registrar, right, 'passed')).toMatchObject({ id });
    await registered(registrar, [wrong]);
    expect((await checked(registrar, wrong, 'passed')).id).not.toBe(id);
  }, 60_000);

  test('an identity that was taken meanwhile is refused with who has it, and what was typed stays', async () => {
    const [pupil, taken] = verifiable(63, 2) as [StudentForm, StudentForm];
    const { id } = await returned(pupil);
    await registered(registrar, [taken]);
    const draft = await mended(registrar, id);
    const { idNumber, sex, birthDate } = taken;
    const form = { ...draft.form, idNumber: idNumber!, sex: sex!, birthDate: birthDate!, address: '泉城路3号' };
    const { revision } = await json<{ revision: number }>(
      registrar.post('/api/registrations/entry/save', { id, revision: draft.revision, form }),
    );
    const refused = await problemOf(handedIn(registrar, { id, revision }, form));
    expect(refused.type).toBe('/problems/identity-held');
    expect(refused.errors).toMatchObject([{ pointer: '/form/idNumber', detail: expect.stringContaining(school.name) }]);
    expect((await mended(registrar, id)).form.address).toBe('泉城路3号');
  }, 60_000);

  test('neither another school, nor one under review, nor one that has ended can be mended', async () => {
    const [pupil] = verifiable(64, 1) as [StudentForm];
    const { id } = await returned(pupil);
    const mend = (page: Browser): Promise<Response> => page.post('/api/registrations/entry/mend', { id });
    expect((await mend(stranger)).status).toBe(404);
    const draft = await mended(registrar, id);
    expect((await handedIn(stranger, draft, draft.form)).status).toBe(404);
    await json(handedIn(registrar, draft, draft.form));
    expect((await handedIn(registrar, draft, draft.form)).status).toBe(409);
    expect(await problemOf(mend(registrar))).toMatchObject({ detail: expect.stringContaining('办理中') });
    const { store } = world.province('37').context;
    await store.decide((tx) => tx.updateTable('registration').set({ state: 'ended' }).where('id', '=', id).execute());
    expect((await mend(registrar)).status).toBe(409);
  }, 60_000);

  test('registered anew by file instead, the returned one waits for nobody', async () => {
    const [pupil] = verifiable(65, 1) as [StudentForm];
    const before = (await waitingToMend()).reduce((sum, { total }) => sum + total, 0);
    const { id } = await returned(pupil);
    await mended(registrar, id);
    await json(photoUploaded(registrar, 'registration-photo', id, greyPng(300, 370)));
    await registered(registrar, [pupil]);
    const [anew] = await byNumber(registrar, pupil);
    expect(await photosOf(registrar, 'registration-photo', anew!.id)).toMatchObject([{ width: 300 }]);
    expect((await waitingToMend()).reduce((sum, { total }) => sum + total, 0)).toBe(before);
  }, 60_000);
});

describe('1.7 a first-grader without a document', () => {
  test('needs a guardian with a resident id, and evidence', async () => {
    const draft = await started(registrar, withoutDocument);
    const form = undocumented(verifiable(71, 1)[0]!);
    const { member1IdType: _, member1IdNumber: __, ...unknown } = form;
    const guardian = await problemOf(handedIn(registrar, draft, unknown));
    expect(guardian.errors).toMatchObject([
      { pointer: '/form/member1IdType', detail: expect.stringContaining('监护人') },
    ]);
    const { address: _address, ...incomplete } = form;
    const empty = await problemOf(handedIn(registrar, draft, incomplete));
    expect(empty.errors).toEqual([{ pointer: '/form/address', detail: '现住址必填，请填写' }]);
    const picture = await problemOf(handedIn(registrar, draft, form));
    expect(picture).toMatchObject({ type: '/problems/invalid-input', errors: [{ pointer: '/evidence' }] });
    await json(registrar.post('/api/registrations/entry/discard', { id: draft.id }));
  });

  test('goes without checks from the school up to the province, and gets a temporary number', async () => {
    const draft = await started(registrar, withoutDocument);
    await json(evidenceUploaded(registrar, draft.id, tinyJpeg));
    const pupil = undocumented(verifiable(72, 1)[0]!);
    await json(handedIn(registrar, draft, pupil));
    expect(await rowOf(draft.id)).toMatchObject({ checkState: 'not-needed', blocked: null, category: 'none' });
    const { application } = await detailOf(head, draft.id);
    expect(application.chain.map(({ orgId }) => orgId)).toEqual([school.id, school.id, bureau, '370100', '370000']);
    const [city, province] = [await world.signIn('xj370100'), await world.signIn('xj370000')];
    expect(await evidenceOf(province, draft.id)).toHaveLength(1);
    const row = await approvedBy(draft.id, head, registrar, manager, city, province);
    expect(row.studentNumber).toMatch(/^L370102\d{8}[\dA-Z]{3}[\dX]$/);

    const next = await started(registrar, withoutDocument);
    expect(next.id).not.toBe(draft.id);
    await json(evidenceUploaded(registrar, next.id, tinyJpeg));
    const twice = await problemOf(handedIn(registrar, next, pupil, false));
    expect(twice.errors).toMatchObject([{ pointer: '/form/name', detail: expect.stringContaining('不是同一人') }]);
    await json(handedIn(registrar, next, pupil));
  }, 60_000);

  test('what is typed is there again, and a second window does not overwrite the first', async () => {
    const draft = await started(stranger, withoutDocument);
    const save = (revision: number, form: StudentForm): Promise<Response> =>
      stranger.post('/api/registrations/entry/save', { id: draft.id, revision, form });
    await json(save(draft.revision, { name: '王' }));
    await json(save(draft.revision, { name: '王' }));
    expect((await save(draft.revision, { name: '李' })).status).toBe(409);
    expect(await started(stranger, withoutDocument)).toMatchObject({ id: draft.id, form: { name: '王' } });
    const sealed = await world.province('37').context.store.read.selectFrom('registration_draft').selectAll().execute();
    expect(sealed.every(({ form }) => !form.includes('王'))).toBe(true);
    await json(stranger.post('/api/registrations/entry/discard', { id: draft.id }));
    expect((await save(draft.revision, { name: '王' })).status).toBe(404);
  });
});

describe('evidence', () => {
  test('the same picture once, removable until it is handed in, seen by the reviewers and by nobody else', async () => {
    const { id } = await started(registrar, withoutDocument);
    const [first] = [await json<{ id: string }>(evidenceUploaded(registrar, id, tinyJpeg))];
    expect(await json(evidenceUploaded(registrar, id, tinyJpeg, '又一次.jpg'))).toMatchObject({ id: first.id });
    const second = await json<{ id: string }>(
      evidenceUploaded(registrar, id, greyPng(40, 30), '110105194912310021.png'),
    );
    expect(await evidenceOf(registrar, id)).toMatchObject([
      { contentType: 'image/jpeg', fileName: '出生证明.jpg', submitted: false },
      { contentType: 'image/png', width: 40, fileName: expect.not.stringContaining('19491231') },
    ]);
    await json(registrar.post('/api/evidence/remove', { id: second.id }));
    expect((await evidenceUploaded(stranger, id, tinyJpeg)).status).toBe(404);
    expect((await evidenceUploaded(registrar, id, Buffer.from('no picture'))).status).toBe(422);

    await json(handedIn(registrar, { id, revision: 1 }, undocumented(verifiable(73, 1)[0]!)));
    for (const person of [head, manager]) {
      const answer = await person.get('/api/evidence/file', { id: first.id });
      expect(answer.headers.get('content-type')).toBe('image/jpeg');
      expect(Buffer.from(await answer.arrayBuffer()).equals(tinyJpeg)).toBe(true);
    }
    expect((await stranger.get('/api/evidence/file', { id: first.id })).status).toBe(404);
    expect((await evidenceUploaded(registrar, id, greyPng(1, 1))).status).toBe(409);
    expect((await registrar.post('/api/evidence/remove', { id: first.id })).status).toBe(409);

    await json(decided(head, await rowOf(id), 'return', '请补充证明'));
    await mended(registrar, id);
    await json(evidenceUploaded(registrar, id, greyPng(1, 1)));
    expect((await registrar.post('/api/evidence/remove', { id: first.id })).status).toBe(409);
    await json(registrar.post('/api/registrations/entry/discard', { id }));
    expect(await evidenceOf(head, id)).toMatchObject([{ id: first.id, submitted: true }]);
    const files = await world.province('37').context.files.list('evidence-');
    const rows = await world.province('37').context.store.read.selectFrom('evidence_file').select('id').execute();
    expect(files.toSorted()).toEqual(rows.map((row) => `evidence-${row.id}`).toSorted());
    expect((await list(registrar, { state: 'returned' })).rows.map((row) => row.id)).toContain(id);
  }, 60_000);
});

describe('1.7 the photo of a pupil who is entered', () => {
  test('is one: the last takes the place of the one before, and what was handed in stays behind it', async () => {
    const { id } = await started(registrar, withoutDocument);
    const upload = (page: Browser, file: Uint8Array): Promise<Response> =>
      photoUploaded(page, 'registration-photo', id, file);
    const shown = async (page: Browser) => (await photosOf(page, 'registration-photo', id)).map(({ width }) => width);
    expect(await problemOf(upload(registrar, tinyJpeg))).toMatchObject({
      type: '/problems/file-unreadable',
      detail: expect.stringContaining('24×16'),
    });
    expect((await upload(stranger, greyPng(358, 441))).status).toBe(404);
    await json(upload(registrar, greyPng(300, 370)));
    await json(upload(registrar, greyPng(358, 441)));
    expect(await shown(registrar)).toEqual([358]);
    const { context } = world.province('37');
    const rows = context.store.read.selectFrom('evidence_file').select('id').where('ownerId', '=', id);
    expect(await rows.execute()).toHaveLength(1);

    await json(evidenceUploaded(registrar, id, greyPng(2, 2)));
    await json(handedIn(registrar, { id, revision: 1 }, undocumented(verifiable(74, 1)[0]!)));
    expect(await shown(head)).toEqual([358]);
    expect((await upload(registrar, greyPng(310, 380))).status).toBe(409);
    await json(decided(head, await rowOf(id), 'return', '照片不清晰'));
    await mended(registrar, id);
    await json(upload(registrar, greyPng(310, 380)));
    expect(await shown(registrar)).toEqual([310]);
    // The first one again, which is what was decided on: it counts once more.
    await json(upload(registrar, greyPng(358, 441)));
    expect(await shown(registrar)).toEqual([358]);
    expect(await rows.execute()).toHaveLength(2);
    await json(registrar.post('/api/registrations/entry/discard', { id }));
    expect(await shown(head)).toEqual([358]);
    const kept = (await rows.execute()).map((row) => `evidence-${row.id}`);
    expect(await context.files.list('evidence-')).toEqual(expect.arrayContaining(kept));
  }, 60_000);
});
