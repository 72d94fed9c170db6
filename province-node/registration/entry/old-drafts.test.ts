import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DRAFT_KEPT_DAYS } from '../../../contracts/registration-entry.ts';
import type { EntryDraft, EntryDraftRow } from '../../../contracts/registration-entry.ts';
import type { StudentForm } from '../../../contracts/student-form.ts';
import type { AuditRow } from '../../../contracts/audit.ts';
import type { Browser } from '../../../deploy/demo/browser.ts';
import { isoTime, systemClock } from '../../../shared/clock.ts';
import { evidenceOf, evidenceUploaded, mended, started, withoutDocument } from '../../../tests/world/entry.ts';
import { tinyJpeg } from '../../../tests/world/pictures.ts';
import {
  checked,
  decided,
  json,
  registered,
  school,
  secondSchool,
  verifiable,
} from '../../../tests/world/registration.ts';
import type { Page } from '../../../tests/world/registration.ts';
import { openWorld } from '../../../tests/world/world.ts';
import type { World } from '../../../tests/world/world.ts';
import { removeOldDrafts } from './old-drafts.ts';

const DAY_MS = 86_400_000;
let world: World;
let registrar: Browser;
let stranger: Browser;
beforeAll(async () => {
  world = await openWorld(['37']);
  [registrar, stranger] = await Promise.all([world.signIn(`xj${school.id}`), world.signIn(`xj${secondSchool.id}`)]);
}, 60_000);
afterAll(() => world.stop());

const draftsOf = async (page: Browser): Promise<EntryDraftRow[]> =>
  (await json<Page<EntryDraftRow>>(page.get('/api/registrations/entry/drafts'))).rows;
const saved = (draft: EntryDraft, form: StudentForm) =>
  json(registrar.post('/api/registrations/entry/save', { id: draft.id, revision: draft.revision, form }));

/** The job, as it runs so many days from now. */
const removedAfter = (days: number): Promise<void> => {
  const { context } = world.province('37');
  const clock = { ...systemClock, now: () => systemClock.now() + days * DAY_MS };
  return removeOldDrafts({ ...context, clock });
};

describe('drafts of single entries grow old', () => {
  let own: EntryDraft;
  let mending: EntryDraft;

  test('nothing typed is no draft; what was typed is listed with the day on which it ends, for its owner alone', async () => {
    own = await started(registrar, withoutDocument);
    expect(await draftsOf(registrar)).toEqual([]);
    await saved(own, { ...own.form, name: '王小明' });
    await evidenceUploaded(registrar, own.id, tinyJpeg);
    const [row] = await draftsOf(registrar);
    expect(row).toMatchObject({ id: own.id, name: '王小明', isMending: false, endsSoon: false });
    expect(Date.parse(row!.endsOn) - systemClock.now()).toBeGreaterThan((DRAFT_KEPT_DAYS - 2) * DAY_MS);
    expect(await draftsOf(stranger)).toEqual([]);
  });

  test('a mending belongs to the school, while the registration can be handed in again', async () => {
    const [pupil] = verifiable(92, 1) as [StudentForm];
    await registered(registrar, [pupil]);
    const row = await checked(registrar, pupil, 'passed');
    await json(decided(await world.signIn(`ld${school.id}`), row, 'return', '请核实现住址'));
    mending = await mended(registrar, row.id);
    await saved(mending, { ...mending.form, address: '泉城路9号' });
    expect((await draftsOf(registrar)).map(({ id, isMending }) => [id, isMending])).toEqual([
      [own.id, false],
      [mending.id, true],
    ]);
  }, 60_000);

  test('two weeks before it ends its owner is warned; going on with it keeps it', async () => {
    const { store } = world.province('37').context;
    const touched = isoTime(systemClock.now() - (DRAFT_KEPT_DAYS - 10) * DAY_MS);
    await store.decide((tx) =>
      tx.updateTable('registration_draft').set({ savedAt: touched }).where('id', '=', own.id).execute(),
    );
    expect((await draftsOf(registrar))[0]).toMatchObject({ id: own.id, endsSoon: true });
    await removedAfter(0);
    const again = await started(registrar, withoutDocument);
    await saved(again, { ...again.form, name: '王小明' });
    expect((await draftsOf(registrar)).find(({ id }) => id === own.id)).toMatchObject({ endsSoon: false });
  });

  test('then it is deleted with its pictures, and the log says so; a returned registration stays as it came back', async () => {
    await removedAfter(DRAFT_KEPT_DAYS - 1);
    expect(await draftsOf(registrar)).toHaveLength(2);
    await removedAfter(DRAFT_KEPT_DAYS + 1);
    expect(await draftsOf(registrar)).toEqual([]);
    const { context } = world.province('37');
    expect(await context.store.read.selectFrom('evidence_file').select('id').execute()).toEqual([]);
    expect(await context.files.list('evidence-')).toEqual([]);
    const fresh = await started(registrar, withoutDocument);
    expect(fresh.id).not.toBe(own.id);
    expect(await evidenceOf(registrar, fresh.id)).toEqual([]);
    expect((await mended(registrar, mending.id)).form.address).not.toBe('泉城路9号');
    const log = await world.signIn(`gl${school.parentId!}`);
    const { rows } = await json<Page<AuditRow>>(log.get('/api/audit-entries', { subject: own.id }));
    expect(rows[0]).toMatchObject({ account: '', title: '清除过期草稿' });
  });
});
