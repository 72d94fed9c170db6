import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { legacyCells, legacyCsv } from '../../tests/world/legacy.ts';
import { pupils } from '../../tests/world/registration.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { identityKeyOf } from '../registration/form.ts';
import { must } from '../../shared/assert.ts';
import type { Province } from '../context.ts';
import { saveHandOver } from '../hand-over/table.ts';
import { loadRecalled } from '../registration/forgotten.ts';
import { readBatches } from './batches.ts';
import type { Reading } from './batches.ts';
import { hashOf, loadFile } from './load.ts';
import { restateLoaded } from './recount.ts';
import { tellLoaded, UNRECEIPTED_MAX } from './tell.ts';

const folder = mkdtempSync(join(tmpdir(), 'xueji-told-'));
let world: World;
beforeAll(async () => {
  world = await openWorld(['37']);
}, 60_000);
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

const province = () => world.province('37').context;

/** Two a decision, so that a few pupils are many messages. */
async function load(name: string, seed: number, count: number, cells: Readonly<Record<string, string>> = {}) {
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, legacyCsv(pupils(seed, count).map((form) => legacyCells(form, cells))));
  const { store, clock, ids, vault } = province();
  const loading = { store, clock, ids, provinceName: '山东省', rowsPerBatch: 2 };
  const batches = (reading: Reading) => readBatches(vault, reading);
  return loadFile({ ...loading, batches }, { file, fileHash: await hashOf(file), reportFile: `${file}.report.csv` });
}

const sent = async (kind: string): Promise<number> => {
  const { read } = province().store;
  const rows = await read
    .selectFrom('message_log')
    .select('items')
    .where('direction', '=', 'sent')
    .where('kind', '=', kind)
    .execute();
  return rows.reduce((sum, { items }) => sum + items, 0);
};
const untold = async (): Promise<number> =>
  (await province().store.read.selectFrom('untold_records').selectAll().execute()).length;
test('2.10 the hub is told of every loaded record, and no more at once than it has room for', async () => {
  const { loopback } = world;
  loopback.cut('p-37');
  const pupilsLoaded = 6 * UNRECEIPTED_MAX;
  await load('many', 811, pupilsLoaded);
  await tellLoaded(province());
  const waiting = (await world.province('37').messaging.status()).peers[0]!.unacknowledged;
  expect(waiting).toBeGreaterThanOrEqual(UNRECEIPTED_MAX);
  expect(waiting).toBeLessThan(UNRECEIPTED_MAX + 3);
  expect(await untold()).toBeGreaterThan(0);
  loopback.mend('p-37');
  const tellOn = async (): Promise<number> => {
    await tellLoaded(province());
    return untold();
  };
  await eventually(tellOn, (left) => left === 0);
  expect(await sent('record.loaded')).toBe(pupilsLoaded);
});

test('the hub claims each identity, or opens a group on both sides; what phase one did not see is a group of its own', async () => {
  const { store } = province();
  const claimed = () => store.read.selectFrom('student').selectAll().where('idType', '=', '1').orderBy('id').execute();
  await eventually(claimed, (rows) => rows.every(({ claimNo }) => claimNo !== null));
  await load('again', 811, 2);
  await load('none', 821, 2, { 身份证件类型: '其他', 身份证件号: '' });
  // Written down twice, without a document: one pupil, perhaps.
  await load('none-again', 821, 1, { 身份证件类型: '其他', 身份证件号: '', 家庭住址: '济南市历下区' });
  const [wrong] = pupils(831, 1).map(({ idNumber }) => idNumber!);
  const digit = wrong!.endsWith('1') ? '2' : '1';
  await load('digit', 831, 1, { 身份证件号: `${wrong!.slice(0, 17)}${digit}` });
  await tellLoaded(province());
  const groups = () => store.read.selectFrom('problem_group').select(['kind', 'origin']).orderBy('kind').execute();
  await eventually(groups, (rows) => rows.length === 4);
  expect(await groups()).toEqual([
    { kind: 'check-digit', origin: 'legacy' },
    { kind: 'identity-held-twice', origin: 'legacy' },
    { kind: 'identity-held-twice', origin: 'legacy' },
    { kind: 'same-person', origin: 'legacy' },
  ]);
  await eventually(claimed, (rows) => rows.every(({ claimNo }) => claimNo !== null));
  const records = () => world.hub.context.store.read.selectFrom('national_record').select('studentId').execute();
  await eventually(records, (rows) => rows.length === 6 * UNRECEIPTED_MAX + 2 + 2 + 1 + 1);
  const alarms = await world.hub.context.store.read.selectFrom('index_alarm').selectAll().execute();
  expect(alarms).toEqual([]);
}, 30_000);

test('records that a restore has lost are still their pupils’: loaded once more they have number and claim again', async () => {
  const { store, vault } = province();
  const before = (await load('lost', 841, 2)).startedAt;
  const loaded = () =>
    store.read.selectFrom('student').selectAll().where('createdAt', '>=', before).orderBy('id').execute();
  await tellLoaded(province());
  const records = await eventually(loaded, (rows) => rows.every(({ claimNo }) => claimNo !== null));
  const told = records.map(({ id: studentId, studentNumber, version }, index) => ({
    studentId,
    studentNumber,
    version,
    identityKey: identityKeyOf(pupils(841, 2)[index]!)!,
  }));
  await store.decide(async (tx) => {
    const ids = records.map(({ id }) => id);
    await tx.deleteFrom('student_event').where('studentId', 'in', ids).execute();
    await tx.deleteFrom('student_form').where('studentId', 'in', ids).execute();
    await tx.deleteFrom('student').where('id', 'in', ids).execute();
    await tx.deleteFrom('temporary_serial').execute();
    await tx.deleteFrom('legacy_load').where('startedAt', '>=', before).execute();
    await loadRecalled(province(), tx, told as unknown as Parameters<typeof loadRecalled>[2]);
  });
  const forgotten = store.read.selectFrom('forgotten_registration').select(['studentId', 'fingerprint']);
  expect(await forgotten.orderBy('studentId').execute()).toEqual(
    told.map(({ studentId, identityKey }) => ({ studentId, fingerprint: vault.fingerprint(identityKey) })),
  );
  await load('lost', 841, 2);
  await tellLoaded(province());
  const again = await eventually(loaded, (rows) => rows.length === 2 && rows.every(({ claimNo }) => claimNo !== null));
  const same = ({ id, studentNumber, claimNo }: (typeof records)[number]) => ({ id, studentNumber, claimNo });
  expect(again.map(same)).toEqual(records.map(same));
  // Newer than what the index has.
  expect(again.every(({ version }) => version > 1)).toBe(true);
  expect(await forgotten.execute()).toEqual([]);
  const versions = world.hub.context.store.read
    .selectFrom('national_record')
    .select('version')
    .where(
      'studentId',
      'in',
      records.map(({ id }) => id),
    );
  await eventually(
    () => versions.execute(),
    (rows) => rows.length === 2 && rows.every(({ version }) => version === again[0]!.version),
  );
}, 30_000);

test('a restored hub hears the claims of loaded records from here, also of one that has moved on since', async () => {
  const { store } = province();
  const loaded = store.read.selectFrom('student').select(['id', 'claimNo']).where('claimNo', 'is not', null);
  const claims = await loaded.orderBy('id').execute();
  const { id: studentId } = must(claims[0], 'a loaded record');
  const told: Array<{ claimNo: number }> = [];
  const queue: Province['outbox']['queue'] = (_tx, _to, _kind, item) => void told.push(item as { claimNo: number });
  const isOver = new Error('the record stays');
  const restated = store.decide(async (tx) => {
    const moved = { state: 'moved', fault: null, epoch: 0, attempt: 1, at: '2026-09-01T00:00:00.000Z' } as const;
    const peer = { peer: 'p-44', peerSchoolName: '广州小学' } as const;
    await saveHandOver(tx, { ...moved, ...peer, transfer: 'moved', studentId, side: 'origin' });
    await tx.updateTable('student').set({ custody: 'moved-out', epoch: 1 }).where('id', '=', studentId).execute();
    await restateLoaded({ ...province(), outbox: { queue } }, tx, { afterNo: 0, afterStudent: '' });
    throw isOver;
  });
  await expect(restated).rejects.toBe(isOver);
  expect(told.map(({ claimNo }) => claimNo)).toContain(claims[0]?.claimNo);
  expect(told).toHaveLength(claims.length);
});
