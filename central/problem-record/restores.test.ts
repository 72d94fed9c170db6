import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LinkedGroup } from '../../contracts/problem-linkage.ts';
import { signedInAs } from '../../deploy/demo/browser.ts';
import type { StudentTable } from '../../province-node/student/table.ts';
import { decidedBy, handedInBy, loadedAt, turnsAt } from '../../tests/world/problems.ts';
import { json, school, verifiable } from '../../tests/world/registration.ts';
import { guangdongSchool } from '../../tests/world/transfer.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'xueji-group-restores-'));
const [form] = verifiable(101, 1);
const at = { '37': school, '44': guangdongSchool } as const;
type Code = keyof typeof at;

let world: World;
let early: StudentTable;
let late: StudentTable;
beforeAll(async () => {
  world = await openWorld();
  await world.hub.context.store.backup(join(folder, 'hub.db'));
}, 60_000);
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

const hub = () => world.hub.context.store.read;
const groupAtHub = () => hub().selectFrom('problem_group').select(['id', 'state', 'owner']).execute();
const groupAt = (code: Code) =>
  world.province(code).context.store.read.selectFrom('problem_group').select(['id', 'state']).execute();
const student = (code: Code, { id }: StudentTable) =>
  world
    .province(code)
    .context.store.read.selectFrom('student')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
const identities = async () => ({
  held: await hub().selectFrom('identity_claim').select(['claimNo', 'studentId']).execute(),
  contending: await hub().selectFrom('identity_contender').select(['claimNo', 'studentId']).execute(),
  ended: await hub().selectFrom('identity_claim_ended').select(['claimNo', 'studentId']).execute(),
});

async function handled(code: Code, handling: 'attest' | 'delete'): Promise<void> {
  const as = (account: string) => signedInAs(world.province(code), account);
  const registrar = await as(`xj${at[code].id}`);
  const [turn] = await eventually(
    () => turnsAt(registrar, 'cross-province'),
    (rows) => rows.length === 1,
  );
  const application = await handedInBy(registrar, turn!.id, handling);
  for (const account of [`ld${at[code].id}`, `xj${at[code].parentId}`])
    await json(decidedBy(await as(account), application));
}

describe('问题学籍 after restores', () => {
  test('2.7, 2.10 a hub restored to before the load has claims and group as they were, and goes on to the arbitration', async () => {
    early = await loadedAt(world.province('44').context, {
      form: form!,
      schoolId: guangdongSchool.id,
      since: '2019-09-01T01:00:00.000Z',
    });
    await eventually(
      () => student('44', early),
      ({ claimNo }) => claimNo !== null,
    );
    late = await loadedAt(world.province('37').context, {
      form: form!,
      schoolId: school.id,
      since: '2021-09-01T01:00:00.000Z',
    });
    await handled('37', 'attest');
    await handled('44', 'attest');
    const isWaiting = (groups: { state: string }[]): boolean => groups[0]?.state === 'arbitration';
    await eventually(groupAtHub, isWaiting);
    const before = await identities();
    const numbers = [(await student('44', early)).claimNo, (await student('37', late)).claimNo];
    await world.restore('hub', join(folder, 'hub.db'));
    await eventually(groupAtHub, isWaiting, 30_000);
    await eventually(identities, (now) => JSON.stringify(now) === JSON.stringify(before), 30_000);
    const records = () => hub().selectFrom('national_record').select(['studentId', 'claimNo']).execute();
    await eventually(records, (rows) => rows.length === 2 && rows.every(({ claimNo }) => numbers.includes(claimNo)));
    expect(await hub().selectFrom('index_alarm').selectAll().execute()).toEqual([]);

    const [first, second] = [await signedInAs(world.hub, 'jyb002'), await signedInAs(world.hub, 'jyb004')];
    const { id } = (await groupAtHub())[0]!;
    const group = await json<LinkedGroup>(first.get('/api/problem-groups/one', { id }));
    const opinions = [early, late].map(({ id: studentId }) => ({ studentId, opinion: '依据户口簿' }));
    const { revision } = group.progress;
    await json(first.post('/api/problem-groups/propose', { id, revision, winner: late.id, opinions }));
    const { progress } = await json<LinkedGroup>(second.get('/api/problem-groups/one', { id }));
    const proposal = progress.proposal!.id;
    await json(second.post('/api/problem-groups/confirm', { id, proposal, revision: progress.revision }));
    expect((await identities()).held).toEqual(before.contending);
    expect([(await student('44', early)).claimNo, (await student('37', late)).claimNo]).toEqual(numbers);
  }, 90_000);

  test('a province restored to before its deletion hears that it was counted, and deletes again', async () => {
    const isClosed = (groups: { state: string }[]): boolean => groups[0]?.state === 'closed';
    const backup = join(folder, 'province.db');
    await eventually(
      () => turnsAtLoser(),
      (rows) => rows.length === 1,
    );
    await world.province('44').context.store.backup(backup);
    await handled('44', 'delete');
    await eventually(groupAtHub, isClosed);
    await world.restore('p-44', backup);
    await eventually(() => groupAt('44'), isClosed, 30_000);
    await eventually(
      () => student('44', early),
      ({ status, problem }) => status === 'deleted' && problem === 0,
      60_000,
    );
    const { held, contending, ended } = await identities();
    expect([held, contending, ended].map((rows) => rows.map(({ studentId }) => studentId))).toEqual([
      [late.id],
      [],
      [early.id],
    ]);
  }, 120_000);

  test('a hub restored to before the load once more does not claim again for whom the group has let go', async () => {
    const before = await identities();
    await world.restore('hub', join(folder, 'hub.db'));
    await eventually(groupAtHub, ([group]) => group?.state === 'closed', 30_000);
    await eventually(identities, (now) => JSON.stringify(now) === JSON.stringify(before), 30_000);
    const parked = () => hub().selectFrom('claim_recount').selectAll().execute();
    await eventually(parked, (rows) => rows.length === 0);
    expect((await student('37', late)).claimNo).toBe(before.held[0]!.claimNo);
  }, 90_000);
});

async function turnsAtLoser() {
  return turnsAt(await signedInAs(world.province('44'), `xj${guangdongSchool.id}`), 'cross-province');
}
