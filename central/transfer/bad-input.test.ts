import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { HandOverFault } from '../../contracts/hand-over-fault.ts';
import { PACKAGE_ENTRIES_MAX, RecordPart, RecordSealed } from '../../contracts/hand-over.ts';
import type { MessageKind, NodeId } from '../../contracts/core/message.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { transferOverview } from '../../contracts/transfer-monitor.ts';
import type { countTransferTurns } from '../../contracts/transfer-turn.ts';
import { json, signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { school, verifiable } from '../../tests/world/registration.ts';
import {
  applied,
  approvedByAll,
  atHub,
  becomes,
  caseOf,
  enrolled,
  guangdongSchool,
  lookedUp,
  peoplePublished,
} from '../../tests/world/transfer.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { endOfGoneSchools } from './end-gone.ts';
import { partsCame, recordsSealed, recordsStaged, stagingsFailed } from './hand-over.ts';
import { recordsAdmitted, recordsReleased, recordsUnsealed } from './carried-out.ts';

let world: World;
let registrar: Browser;
const pupils = verifiable(83, 11);

beforeAll(async () => {
  world = await openWorld();
  await peoplePublished(world);
  await enrolled(world, pupils);
  registrar = await atHub(world, `xj${guangdongSchool.id}@44`);
}, 60_000);
afterAll(() => world.stop());

const origin = () => world.province('37').context;
const destination = () => world.province('44').context;
const student = (at: 'p-37' | 'p-44', { idNumber }: StudentForm) =>
  (at === 'p-37' ? origin() : destination()).store.read
    .selectFrom('student')
    .selectAll()
    .where('studentNumber', '=', `G${idNumber}`)
    .executeTakeFirst();
const changed = (pupil: StudentForm, columns: { problem?: 0 | 1; status?: 'deceased' | 'enrolled'; name?: string }) =>
  origin().store.decide((tx) =>
    tx.updateTable('student').set(columns).where('studentNumber', '=', `G${pupil.idNumber}`).execute(),
  );

/** A byzantine origin: what it queues of this kind is changed on its way into the outbox, signed and numbered like all it says. */
function lying<Item extends z.ZodType>(kind: MessageKind<Item>, lie: (item: z.input<Item>) => z.input<Item>) {
  const { outbox } = origin();
  const honest = outbox.queue;
  outbox.queue = (tx, to, said, item, options) =>
    honest(tx, to, said, said.kind === kind.kind ? (lie(item as z.input<Item>) as typeof item) : item, options);
  return () => void (outbox.queue = honest);
}

/** One end for both sides: the hub has failed it with the reason, the pupil is where they were, and everybody reads why. */
async function expectFailed(id: string, pupil: StudentForm, fault: HandOverFault): Promise<void> {
  const { transfer, standing, waitingFor, steps } = await becomes(registrar, id, 'failed');
  expect({ fault: transfer.fault, standing: standing.fault, waits: waitingFor.what }).toEqual({
    fault,
    standing: fault,
    waits: 'nothing',
  });
  expect(steps.at(-1)?.opinion).toContain('；');
  expect(await student('p-37', pupil)).toMatchObject({ custody: 'active', epoch: 0 });
  expect(await student('p-44', pupil)).toBeUndefined();
  for (const [code, at] of [
    ['37', school],
    ['44', guangdongSchool],
  ] as const) {
    const home = await signedInAs(world.province(code), `xj${at.id}`);
    await eventually(
      async () => (await json<z.output<typeof countTransferTurns.output>>(home.get('/api/transfer-turns'))).failed,
      (failed) => failed.some((one) => one.transfer === id && one.fault === fault),
    );
  }
  const overview = await json<z.output<typeof transferOverview.output>>(registrar.get('/api/transfers/overview'));
  expect(overview.failed.map((row) => row.id)).toContain(id);
}

describe('18.5 a record that cannot be handed over has one end, at both sides and for people', () => {
  test('an origin that seals an older version than it had told of', async () => {
    const pupil = pupils[0]!;
    const id = await applied(registrar, pupil);
    const honest = lying(RecordSealed, (item) => ({ ...item, manifest: { ...item.manifest, version: 0 } }));
    await approvedByAll(world, id);
    await expectFailed(id, pupil, 'version-behind');
    honest();
    // Mended, it is applied for once more, and the first is no longer shown.
    expect((await lookedUp(registrar, pupil)).blockers).toEqual([]);
    await applied(registrar, pupil);
    const overview = await json<z.output<typeof transferOverview.output>>(registrar.get('/api/transfers/overview'));
    expect(overview.failed).toEqual([]);
  });

  test('an origin that packs another pupil than it had told of', async () => {
    const pupil = pupils[1]!;
    const id = await applied(registrar, pupil);
    await changed(pupil, { name: '冒名顶' });
    await approvedByAll(world, id);
    await expectFailed(id, pupil, 'not-as-told');
  });

  test('parts that are not those of the list: packed three times, and no more', async () => {
    const pupil = pupils[2]!;
    const id = await applied(registrar, pupil);
    const honest = lying(RecordPart, (part) => ({ ...part, sealed: `${part.sealed.slice(0, -4)}AAAA` }));
    await approvedByAll(world, id);
    await expectFailed(id, pupil, 'package-broken');
    honest();
    const { pipe } = await caseOf(registrar, id);
    expect(pipe.filter(({ title }) => title === '通知转出省封存学籍')).toHaveLength(3);
  });

  test('a picture whose file is gone, and more pictures than a package holds', async () => {
    for (const [pupil, count, fault] of [
      [pupils[3]!, 1, 'evidence-missing'],
      [pupils[4]!, PACKAGE_ENTRIES_MAX, 'record-too-large'],
    ] as const) {
      const { id: ownerId } = (await student('p-37', pupil))!;
      await withPictures(ownerId, count);
      const id = await applied(registrar, pupil);
      await approvedByAll(world, id);
      await expectFailed(id, pupil, fault);
    }
  });

  test('a pupil who has become a problem record, or has died, since it was applied for', async () => {
    for (const [pupil, columns, fault] of [
      [pupils[5]!, { problem: 1 }, 'problem-record'],
      [pupils[6]!, { status: 'deceased' }, 'status-not-allowed'],
    ] as const) {
      const id = await applied(registrar, pupil);
      await changed(pupil, columns);
      await approvedByAll(world, id);
      await expectFailed(id, pupil, fault);
    }
  });

  test('people who decide see what has come up against it since, while they can still refuse', async () => {
    const pupil = pupils[7]!;
    const id = await applied(registrar, pupil);
    expect((await caseOf(registrar, id)).blockers).toEqual([]);
    await world.hub.context.store.decide((tx) =>
      tx.updateTable('national_record').set({ problem: 1 }).where('studentNumber', '=', `G${pupil.idNumber}`).execute(),
    );
    const { application, blockers } = await caseOf(registrar, id);
    expect(application?.state).toBe('in-review');
    expect(blockers).toMatchObject([{ code: 'problem-record' }]);
  });

  test('a school that is no more: what it applied for ends, whether people decide or the record is on its way', async () => {
    const [waiting, going] = [await applied(registrar, pupils[8]!), await applied(registrar, pupils[9]!)];
    world.loopback.cut('p-44');
    await approvedByAll(world, going);
    const gone = { toSchoolId: '2144999999', toSchoolName: '已撤销小学' };
    await world.hub.context.store.decide((tx) =>
      tx.updateTable('transfer').set(gone).where('id', 'in', [waiting, going]).execute(),
    );
    await endOfGoneSchools(world.hub.context);
    world.loopback.mend('p-44');
    const sees = await atHub(world, `xj${school.id}@37`);
    for (const [id, states] of [
      [waiting, ['submit', 'end']],
      [going, ['submit', 'approve', 'approve', 'approve', 'approve']],
    ] as const) {
      const ended = await becomes(sees, id, 'failed');
      expect(ended.standing).toMatchObject({ fault: 'no-school', turn: null });
      expect(ended.application?.history.map(({ act }) => act)).toEqual(states);
    }
    expect(await student('p-37', pupils[9]!)).toMatchObject({ custody: 'active' });
  });

  async function withPictures(ownerId: string, count: number): Promise<void> {
    const { store, ids } = origin();
    const at = '2026-09-01T01:00:00.000Z';
    const about = { fileName: '一.jpg', contentType: 'image/jpeg', bytes: 9, width: 1, height: 1 } as const;
    const uploaded = { uploadedBy: 'xj', uploadedAt: at, submittedAt: at };
    const rows = Array.from({ length: count }, () => ({
      ...about,
      ...uploaded,
      id: ids.next(),
      fingerprint: randomBytes(32),
    }));
    const owner = { ownerKind: 'student', ownerId, orgId: school.id };
    await store.decide((tx) =>
      tx
        .insertInto('evidence_file')
        .values(rows.map((row) => ({ ...row, ...owner })))
        .execute(),
    );
  }
});

describe('18.4 words about a case from whoever has no say in it, once more, or late', () => {
  const hub = () => world.hub.context;
  const by = (from: NodeId) => ({ from }) as Parameters<typeof recordsStaged>[3];

  test('change nothing; of a withdrawal and the commit in the same moment one counts, for all', async () => {
    const pupil = pupils[10]!;
    const { store } = hub();
    const revision = async (id: string) =>
      (await store.read.selectFrom('transfer').select('revision').where('id', '=', id).executeTakeFirst())?.revision;
    const first = await applied(registrar, pupil);
    world.loopback.cut('p-44');
    await approvedByAll(world, first);
    await becomes(registrar, first, 'copying');
    const { package: packed, studentId } = await store.read
      .selectFrom('transfer')
      .select(['package', 'studentId'])
      .where('id', '=', first)
      .executeTakeFirstOrThrow();
    const staged = { transfer: first, package: packed! };
    const other = { transfer: first, package: '01a05aa2-0758-7001-9975-06e638f84fa1' };
    const said = { transfer: first, studentId };
    const before = await revision(first);
    await store.decide(async (tx) => {
      // Another province, the other side, another package, words of a step that is over or not come yet.
      await recordsStaged(hub(), tx, [staged], by('p-46'));
      await recordsStaged(hub(), tx, [staged], by('p-37'));
      await recordsStaged(hub(), tx, [other], by('p-44'));
      await stagingsFailed(hub(), tx, [{ ...other, fault: 'package-broken' }], by('p-44'));
      await partsCame(hub(), tx, [{ ...other, index: 0, sealed: 'AAAA' }], by('p-37'));
      await recordsAdmitted(hub(), tx, [said], by('p-44'));
      await recordsReleased(hub(), tx, [said], by('p-37'));
      await recordsUnsealed(hub(), tx, [said], by('p-37'));
    });
    expect(await revision(first)).toBe(before);

    // The withdrawal is first: the words of the destination come too late.
    const withdraw = (id: string) => registrar.post('/api/transfers/withdraw', { id, reason: '不转了' });
    const commit = (id: string) =>
      store.decide((tx) => recordsStaged(hub(), tx, [{ ...staged, transfer: id }], by('p-44')));
    expect((await withdraw(first)).ok).toBe(true);
    await commit(first);
    expect((await caseOf(registrar, first)).transfer.state).toBe('undoing');
    world.loopback.mend('p-44');
    await becomes(registrar, first, 'withdrawn');
    expect(await student('p-37', pupil)).toMatchObject({ custody: 'active' });

    // The commit is first: nobody takes it back, and the page says so.
    const second = await applied(registrar, pupil);
    await approvedByAll(world, second);
    await becomes(registrar, second, 'closed');
    const late = await withdraw(second);
    expect(late.status).toBe(409);
    expect(await late.text()).toContain('办结');
    const sealedBefore = await revision(second);
    const manifest = { package: other.package, version: 1, entries: [], parts: [], sealedBy: '', sealedFor: '' };
    await store.decide(async (tx) => {
      await recordsSealed(hub(), tx, [{ ...said, transfer: second, epoch: 0, manifest }], by('p-37'));
      await recordsStaged(hub(), tx, [{ ...staged, transfer: second }], by('p-44'));
      await recordsUnsealed(hub(), tx, [{ ...said, transfer: second }], by('p-37'));
    });
    expect(await revision(second)).toBe(sealedBefore);
    expect(await student('p-44', pupil)).toMatchObject({ custody: 'active', epoch: 1 });
  });
});
