import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IdentityClaimed } from '../../contracts/claim.ts';
import { ProblemTold, RecordLoadAnswered, RenumberRecord } from '../../contracts/problem-group.ts';
import { turnOf } from '../../contracts/problem-rules.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import { identities, lastTold, load, loading, standings, tell } from '../../tests/world/problem-groups.ts';
import { claimIdentities, confirmClaims, releaseClaims } from '../claim/business.ts';
import { takeSummaries } from '../national-index/business.ts';
import { saveHolder } from '../transfer/table.ts';
import { identitiesRecounted } from './recounted.ts';
import { recordsTold } from './records.ts';
import { toldRecalled } from './told.ts';

let world: TestHub;
beforeEach(async () => {
  const clock = { now: () => Date.parse('2026-09-01T02:00:00Z'), after: () => () => undefined };
  world = await openTestHub(clock, noRegistry);
});
afterEach(() => world.close());

const number = '370102201103040018';
/** An application of another province for the identity of this number. */
const asking = {
  application: 'x',
  studentId: 's',
  category: 'resident',
  identityKey: `resident:${number}`,
  name: '张小丰',
  schoolId: '2144000001',
  schoolName: '广州市第一小学',
} as const;
const groups = () => world.store.read.selectFrom('problem_group').select(['owner', 'state', 'revision']).execute();
const alarms = () => world.store.read.selectFrom('index_alarm').select(['kind', 'province', 'otherProvince']).execute();
const answers = () =>
  world.sentOf(RecordLoadAnswered).map(({ studentId, claimNo, contended }) => [studentId, claimNo, contended]);

describe('phase one’s records at the hub (2.10)', () => {
  test('two provinces that load the same pupil: one holds, the other contends, and both are told of one group', async () => {
    await Promise.all([
      load(world, 'p-37', loading('a', number, 2016)),
      load(world, 'p-44', loading('b', number, 2018)),
    ]);
    expect(answers()).toEqual([
      ['a', 1, false],
      ['b', 2, true],
    ]);
    expect(await identities(world)).toEqual({ held: ['a'], contending: ['b'], ended: [] });
    const told = world.sentOf(ProblemTold);
    expect(told.map(({ to }) => to)).toEqual(['p-37', 'p-44']);
    const group = lastTold(world);
    expect(group).toMatchObject({
      owner: 'hub',
      origin: 'legacy',
      kind: 'identity-held-twice',
      arbiterName: '教育部',
      revision: 1,
    });
    expect(turnOf(group)).toBe('b');
    expect(group.members[0]).toMatchObject({
      provinceName: '山东省',
      maskedIdentity: '370102********0018',
      claimNo: 1,
    });
  });

  test('said again, the same numbers and no second group; of a hundred others none contends', async () => {
    const many = Array.from({ length: 100 }, (_, index) => loading(`o${index}`, `other-${index}`));
    await load(world, 'p-37', loading('a', number), ...many);
    await load(world, 'p-44', loading('b', number), loading('b', number));
    const before = answers();
    await load(world, 'p-44', loading('b', number));
    await load(world, 'p-37', loading('a', number), ...many);
    expect(answers().slice(before.length)).toEqual([['b', 102, true], ['a', 1, true], ...before.slice(1, 101)]);
    expect(await groups()).toHaveLength(1);
    expect(world.sentOf(ProblemTold)).toHaveLength(2);
    const indexed = await world.store.read
      .selectFrom('national_record')
      .select(['studentId', 'claimNo', 'problem'])
      .execute();
    expect(indexed).toHaveLength(102);
    expect(indexed.find(({ studentId }) => studentId === 'b')).toMatchObject({ claimNo: 102, problem: 0 });
  });

  test('two in one province are its own group; a third elsewhere makes it the hub’s, with the same id and history', async () => {
    await load(world, 'p-37', loading('a', number, 2016), loading('b', number, 2017));
    const own = lastTold(world);
    expect(own).toMatchObject({ owner: 'p-37', arbiterOrgId: null });
    await tell(world, 'p-37', { ...own, revision: 2, arbiterOrgId: '370102', arbiterName: '历下区教育局' });
    world.sent.length = 0;
    await load(world, 'p-44', loading('c', number, 2018));
    const told = world.sentOf(ProblemTold);
    expect(told.map(({ to, owner, revision, id }) => [to, owner, revision, id])).toEqual([
      ['p-37', 'hub', 3, own.id],
      ['p-44', 'hub', 3, own.id],
    ]);
    expect(lastTold(world).events.map(({ act }) => act)).toEqual(['found', 'joined', 'joined']);
    // The province had let a handling begin before it heard of that.
    const meanwhile = {
      ...own,
      revision: 4,
      members: own.members.map((one) => ({ ...one, state: one.studentId === 'b' ? ('attested' as const) : one.state })),
    };
    await tell(world, 'p-37', meanwhile);
    expect(lastTold(world)).toMatchObject({ owner: 'hub', revision: 5 });
    expect(standings(lastTold(world))).toEqual({ a: 'waiting', b: 'attested', c: 'waiting' });
    expect(await groups()).toEqual([{ owner: 'hub', state: 'open', revision: 5 }]);
  });

  test('a third in the province is passed on under its owner, and stays until the province knows it', async () => {
    await load(world, 'p-37', loading('a', number, 2016), loading('b', number, 2017));
    const own = lastTold(world);
    await load(world, 'p-37', loading('c', number, 2018));
    expect(lastTold(world)).toMatchObject({ owner: 'p-37', revision: 1 });
    expect(lastTold(world).members).toHaveLength(3);
    await tell(world, 'p-37', { ...own, revision: 2 });
    const members = await world.store.read.selectFrom('problem_member').select('studentId').execute();
    expect(members.map(({ studentId }) => studentId)).toEqual(['a', 'b', 'c']);
  });

  test('a province’s decision moves the identity: the contender has it with its own number, the old claim is in the trail', async () => {
    await load(world, 'p-37', loading('a', number, 2018), loading('b', number, 2016));
    const own = lastTold(world);
    const [a, b] = own.members;
    const ended = {
      ...own,
      revision: 3,
      state: 'closed' as const,
      members: [
        { ...a!, state: 'deleted' as const },
        { ...b!, state: 'cleared' as const },
      ],
    };
    await tell(world, 'p-37', ended, ended);
    expect(await identities(world)).toEqual({ held: ['b'], contending: [], ended: ['a'] });
    const held = await world.store.read.selectFrom('identity_claim').select(['claimNo', 'studentNumber']).execute();
    expect(held).toEqual([{ claimNo: 2, studentNumber: `G${number}` }]);
    const owners = await world.store.read.selectFrom('formal_number').selectAll().execute();
    expect(owners).toEqual([{ studentNumber: `G${number}`, studentId: 'b' }]);
    // An older word changes nothing.
    await tell(world, 'p-37', { ...own, revision: 2 });
    expect(await groups()).toEqual([{ owner: 'p-37', state: 'closed', revision: 3 }]);
  });

  test('2.1 a number that another pupil has stays with whoever told of it first; the other is given a new one', async () => {
    const temporary = { studentNumber: 'L37010220110304001X' };
    await load(world, 'p-37', loading('a', number), { ...loading('b', 'other-1'), ...temporary });
    const again = [
      { ...loading('c', 'other-2'), studentNumber: `G${number}` },
      { ...loading('d', 'other-3'), ...temporary },
    ];
    await load(world, 'p-44', ...again);
    const orders = world
      .sentOf(RenumberRecord)
      .map(({ to, studentId, studentNumber }) => [to, studentId, studentNumber]);
    expect(orders).toEqual([
      ['p-44', 'c', `G${number}`],
      ['p-44', 'd', temporary.studentNumber],
    ]);
    expect(answers().slice(2)).toEqual([
      ['c', 3, false],
      ['d', 4, false],
    ]);
    const records = world.store.read.selectFrom('national_record').select('studentId').orderBy('studentId');
    expect((await records.execute()).map(({ studentId }) => studentId)).toEqual(['a', 'b']);
    expect(await alarms()).toEqual([]);
    await load(world, 'p-37', loading('a', number), { ...loading('b', 'other-1'), ...temporary });
    expect(world.sentOf(RenumberRecord)).toHaveLength(2);
  });

  test('A10 a province that names another’s record, group or pupil changes nothing', async () => {
    await load(world, 'p-37', loading('a', number, 2018), loading('b', number, 2016));
    const own = lastTold(world);
    const [a, b] = own.members;
    const stolen = {
      ...own,
      revision: 9,
      members: [
        { ...a!, state: 'deleted' as const },
        { ...b!, state: 'cleared' as const },
      ],
    };
    await tell(world, 'p-44', { ...stolen, owner: 'p-44' });
    await tell(world, 'p-44', stolen);
    const renamed = stolen.members.map((one) => ({ ...one, province: 'p-44' }));
    await tell(world, 'p-44', {
      ...stolen,
      id: '01990000-0000-7000-8000-00000000ffff',
      owner: 'p-44',
      members: renamed,
    });
    await load(world, 'p-44', loading('a', 'another'));
    expect(await identities(world)).toEqual({ held: ['a'], contending: ['b'], ended: [] });
    expect(await groups()).toEqual([{ owner: 'p-37', state: 'open', revision: 1 }]);
    expect(await alarms()).toEqual([{ kind: 'not-holder', province: 'p-44', otherProvince: 'p-37' }]);
  });

  test('the load told once more to a restored hub that knows the record as another’s since: nothing changes, and nobody is alarmed', async () => {
    const told = loading('a', number);
    await load(world, 'p-37', told);
    await world.store.decide((tx) =>
      saveHolder(tx, { studentId: 'a', province: 'p-44', epoch: 1, version: told.version }),
    );
    await load(world, 'p-37', told);
    expect(answers()).toHaveLength(1);
    expect(await alarms()).toEqual([]);
  });

  test('a registration is refused while records stand on the identity; one under way is awaited, and stands against them once it is a record', async () => {
    const claim = (item: object = {}) =>
      world.store.decide((tx) => claimIdentities(world.hub, tx, [{ ...asking, ...item }], { id: 'm', from: 'p-44' }));
    await claim();
    await load(world, 'p-37', loading('a', number));
    expect(await identities(world)).toEqual({ held: ['s'], contending: ['a'], ended: [] });
    expect(await groups()).toEqual([]);
    const from = { id: 'm', from: 'p-44' } as const;
    await world.store.decide((tx) =>
      confirmClaims(world.hub, tx, [{ claimNo: 1, application: 'x', studentNumber: `G${number}` }], from),
    );
    const { since: _since, identityKey, category: _category, ...summary } = loading('s', number, 2026);
    const told = {
      ...summary,
      identityKey,
      claimNo: 1,
      problem: false,
      openBusiness: null,
      changedAt: '2026-09-01T00:00:00.000Z',
    };
    await world.store.decide((tx) => takeSummaries(world.hub, tx, [told], from));
    expect(lastTold(world)).toMatchObject({ owner: 'hub', origin: 'new' });
    await claim({ application: 'y', studentId: 't' });
    expect(world.sentOf(IdentityClaimed).at(-1)).toMatchObject({ application: 'y', result: 'held' });
  });

  test('an application that ends leaves the identity to the record that waited', async () => {
    const from = { id: 'm', from: 'p-44' } as const;
    await world.store.decide((tx) => claimIdentities(world.hub, tx, [asking], from));
    await load(world, 'p-37', loading('a', number));
    await world.store.decide((tx) => releaseClaims(world.hub, tx, [{ claimNo: 1, application: 'x' }], from));
    expect(await identities(world)).toEqual({ held: ['a'], contending: [], ended: ['s'] });
    expect(await groups()).toEqual([]);
  });

  test('of two records that waited for an application that ends, the earlier has the identity, and the other stands against it', async () => {
    const from = { id: 'm', from: 'p-44' } as const;
    await world.store.decide((tx) => claimIdentities(world.hub, tx, [asking], from));
    await load(world, 'p-37', loading('a', number), loading('b', number));
    expect(await groups()).toEqual([]);
    await world.store.decide((tx) => releaseClaims(world.hub, tx, [{ claimNo: 1, application: 'x' }], from));
    expect(await identities(world)).toEqual({ held: ['a'], contending: ['b'], ended: ['s'] });
    expect(lastTold(world)).toMatchObject({ owner: 'p-37', state: 'open', origin: 'legacy' });
  });

  test('a restored hub takes its words of a group back, the newest counts, and the claims that were counted again follow it', async () => {
    await load(world, 'p-37', loading('a', number, 2016));
    await load(world, 'p-44', loading('b', number, 2018));
    const told = { ...lastTold(world), revision: 4 };
    await world.store.decide(async (tx) => {
      for (const table of ['problem_event', 'problem_member', 'problem_group'] as const)
        await tx.deleteFrom(table).execute();
      await toldRecalled(world.hub, tx, [told]);
      await toldRecalled(world.hub, tx, [{ ...told, revision: 3, state: 'arbitration' }]);
    });
    const [lost] = await world.store.read.selectFrom('identity_contender').selectAll().execute();
    await world.store.decide(async (tx) => {
      await tx.deleteFrom('identity_contender').execute();
      await identitiesRecounted(world.hub, tx, [lost!]);
    });
    expect(await groups()).toEqual([{ owner: 'hub', state: 'open', revision: 4 }]);
    expect(await identities(world)).toEqual({ held: ['a'], contending: ['b'], ended: [] });
  });

  test('a member that was handed over: its new province is told, and the group is the hub’s with the same history', async () => {
    await load(world, 'p-37', loading('a', number, 2016), loading('b', number, 2017));
    const own = lastTold(world);
    world.sent.length = 0;
    const moved = { studentId: 'b', claimNo: 2, schoolId: '2144000001', schoolName: '越秀区实验小学' };
    await world.store.decide((tx) => recordsTold(world.hub, tx, [moved], 'p-44'));
    const told = world.sentOf(ProblemTold);
    expect(told.map(({ to, owner, id }) => [to, owner, id])).toEqual([
      ['p-37', 'hub', own.id],
      ['p-44', 'hub', own.id],
    ]);
    expect(told[0]!.revision).toBeGreaterThan(own.revision);
    expect(told[0]!.members.map(({ province, schoolName }) => [province, schoolName])).toEqual([
      ['p-37', '济南市第一小学'],
      ['p-44', '越秀区实验小学'],
    ]);
    expect(told[0]).toMatchObject({ arbiterName: '教育部', events: [{ act: 'found' }, { act: 'joined' }] });
    world.sent.length = 0;
    const back = { ...moved, schoolId: '2137000001', schoolName: '济南市第一小学' };
    await world.store.decide((tx) => recordsTold(world.hub, tx, [back], 'p-37'));
    // Who has none of its records any more hears it, too.
    expect(world.sentOf(ProblemTold).map(({ to, owner }) => [to, owner])).toEqual([
      ['p-37', 'p-37'],
      ['p-44', 'p-37'],
    ]);
  });
});
