import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LinkedGroup, LinkedGroupRow } from '../../contracts/problem-linkage.ts';
import { RecordLoaded } from '../../contracts/problem-group.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { identityKeyOf } from '../../province-node/registration/form.ts';
import type { StudentTable } from '../../province-node/student/table.ts';
import { decidedBy, handedInBy, recordAt, turnsAt } from '../../tests/world/problems.ts';
import { json, school, verifiable } from '../../tests/world/registration.ts';
import { guangdongBureau, guangdongSchool } from '../../tests/world/transfer.ts';
import { exported } from '../../tests/world/sheets.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

let world: World;
const forms = verifiable(91, 2);
const people = new Map<string, Browser>();
const as = async (account: string): Promise<Browser> => {
  const known = people.get(account) ?? (await world.signIn(account));
  people.set(account, known);
  return known;
};
beforeAll(async () => {
  world = await openWorld(['37', '44']);
}, 60_000);
afterAll(() => world.stop());

/** A record of phase one, told to the hub as the load does. */
async function loaded(code: string, form: StudentForm, at: typeof school, since: string): Promise<StudentTable> {
  const { context } = world.province(code);
  const record = await recordAt(context, { form, schoolId: at.id, since });
  const { id: studentId, name, sex, birthDate, idType, studentNumber, stage, cohort, status, version } = record;
  const summary = { studentId, name, sex, birthDate, idType, studentNumber, stage, cohort, status, version, since };
  const identity = { category: 'resident' as const, identityKey: identityKeyOf(form)! };
  await context.store.decide(async (tx) =>
    context.outbox.queue(tx, 'hub', RecordLoaded, { ...summary, ...identity, schoolId: at.id, schoolName: at.name }),
  );
  return record;
}

const groupsAt = (code: string) =>
  world.province(code).context.store.read.selectFrom('problem_group').select(['id', 'state', 'owner']).execute();
const listed = async (page: Browser, path: string, query: Record<string, string> = {}): Promise<LinkedGroupRow[]> =>
  (await json<{ rows: LinkedGroupRow[] }>(page.get(path, query))).rows;
const groupAt = (page: Browser, id: string): Promise<LinkedGroup> => json(page.get('/api/problem-groups/one', { id }));

/** 佐证, reviewed by both levels, until the hub counts it. */
async function attested(code: string, at: typeof school, bureau: string, groupId: string): Promise<void> {
  const registrar = await as(`xj${at.id}`);
  const [turn] = await eventually(
    () => turnsAt(registrar, 'cross-province'),
    (rows) => rows.length === 1,
  );
  const handling = await handedInBy(registrar, turn!.id, 'attest');
  for (const account of [`ld${at.id}`, `xj${bureau}`]) await json(decidedBy(await as(account), handling));
  const members = world.hub.context.store.read.selectFrom('problem_member').select(['state', 'province']);
  await eventually(
    () => members.where('groupId', '=', groupId).where('province', '=', `p-${code}`).execute(),
    ([member]) => member?.state === 'attested',
  );
}

describe('跨省问题学籍, from the load to the ministry’s decision', () => {
  let id: string;
  let early: StudentTable;
  let late: StudentTable;

  test('2.2, 2.10 a group across provinces is seen on both sides within a second of the load', async () => {
    early = await loaded('37', forms[0]!, school, '2019-09-01T01:00:00.000Z');
    await eventually(
      () => world.hub.context.store.read.selectFrom('national_record').select('studentId').execute(),
      (rows) => rows.length === 1,
    );
    const beginMs = performance.now();
    late = await loaded('44', forms[0]!, guangdongSchool, '2021-09-01T01:00:00.000Z');
    await eventually(
      async () => [...(await groupsAt('37')), ...(await groupsAt('44'))],
      (groups) => groups.length === 2,
    );
    expect(performance.now() - beginMs).toBeLessThan(1_000);
    const [row] = await listed(await as('jyb001'), '/api/problem-groups', { turnProvince: 'p-44' });
    expect(row).toMatchObject({ state: 'open', reach: 'cross-province', turnName: `广东省 ${guangdongSchool.name}` });
    expect(row!.members.map(({ provinceName }) => provinceName)).toEqual(['山东省', '广东省']);
    expect(await listed(await as('jyb001'), '/api/problem-groups', { turnProvince: 'p-37' })).toEqual([]);
    id = row!.id;
  });

  test('催办 by the ministry reaches both sides, once a working day', async () => {
    const ministry = await as('jyb001');
    expect(await exported(ministry, '/api/problem-groups', { reach: 'cross-province' })).toMatchObject([
      { 范围: '跨省', 当前处理单位: `广东省 ${guangdongSchool.name}`, 同组学籍: expect.stringContaining(school.name) },
    ]);
    await json(ministry.post('/api/problem-groups/urge', { id, words: '请尽快核对' }));
    const again = await ministry.post('/api/problem-groups/urge', { id });
    expect([again.status, await again.text()]).toEqual([409, expect.stringContaining('本工作日已催办过')]);
    for (const code of ['37', '44'])
      await eventually(
        () => world.province(code).context.store.read.selectFrom('problem_event').select('opinion').execute(),
        (events) => events.some(({ opinion }) => opinion === '请尽快核对'),
      );
  });

  test('2.7 both attest: the ministry has both sides with their pictures, and decides only with two people', async () => {
    await attested('44', guangdongSchool, guangdongBureau, id);
    await attested('37', school, school.parentId!, id);
    const [first, second] = [await as('jyb002'), await as('jyb004')];
    const [waiting] = await listed(first, '/api/problem-groups/arbitrations');
    expect(await exported(first, '/api/problem-groups/arbitrations')).toMatchObject([{ 状态: '待仲裁', 仲裁意见: '' }]);
    expect(waiting).toMatchObject({ id, state: 'arbitration', turnName: '教育部仲裁' });
    const group = await eventually(
      () => groupAt(first, id),
      ({ progress }) => progress.standings.every(({ pictures }) => pictures.length === 1),
    );
    expect(group.why).toContain('姓名、性别、出生日期一致');
    expect((await first.get('/api/evidence/file', { id: group.progress.standings[0]!.pictures[0]!.id })).status).toBe(
      200,
    );
    const opinions = [early, late].map((record) => ({ studentId: record.id, opinion: `关于${record.schoolId}` }));
    const proposal = { id, revision: group.progress.revision, winner: late.id, opinions };
    const missing = await first.post('/api/problem-groups/propose', { ...proposal, opinions: opinions.slice(1) });
    expect(missing.status).toBe(422);
    expect((await (await as('jyb001')).post('/api/problem-groups/propose', proposal)).status).toBe(403);
    await json(first.post('/api/problem-groups/propose', proposal));
    const { progress } = await groupAt(first, id);
    const of = { id, proposal: progress.proposal!.id, revision: progress.revision };
    const own = await first.post('/api/problem-groups/confirm', of);
    expect([own.status, await own.text()]).toEqual([409, expect.stringContaining('另一名仲裁员')]);
    expect((await second.post('/api/problem-groups/propose', proposal)).status).toBe(409);
    await json(second.post('/api/problem-groups/return', { ...of, reason: '请写明依据' }));
    expect((await second.post('/api/problem-groups/confirm', of)).status).toBe(409);
    await json(second.post('/api/problem-groups/propose', proposal));
    const anew = { ...of, proposal: (await groupAt(first, id)).progress.proposal!.id };
    const both = await Promise.all([1, 2].map(() => first.post('/api/problem-groups/confirm', anew)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const held = await world.hub.context.store.read.selectFrom('identity_claim').select('studentId').execute();
    expect(held).toEqual([{ studentId: late.id }]);
    expect(await listed(first, '/api/problem-groups/arbitrations', { state: 'decided' })).toHaveLength(1);
  });

  test('2.7 the loser’s school has it back with two choices; its deletion ends the group for all', async () => {
    const registrar = await as(`xj${school.id}`);
    const [turn] = await eventually(
      () => turnsAt(registrar, 'cross-province'),
      (rows) => rows.length === 1,
    );
    expect(turn).toMatchObject({ studentId: early.id, lost: true });
    const handling = await handedInBy(registrar, turn!.id, 'delete');
    for (const account of [`ld${school.id}`, `xj${school.parentId}`])
      await json(decidedBy(await as(account), handling));
    for (const code of ['37', '44'])
      await eventually(
        () => groupsAt(code),
        ([group]) => group?.state === 'closed',
      );
    const ended = await world.hub.context.store.read.selectFrom('identity_claim_ended').select('studentId').execute();
    expect(ended).toEqual([{ studentId: early.id }]);
    const counts = await json<{ crossProvince: number }>((await as('jyb001')).get('/api/problem-groups/counts'));
    expect(counts).toMatchObject({ crossProvince: 0, arbitration: 0, late: 0, provinces: [] });
  });
});
