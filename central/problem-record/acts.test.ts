import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ProblemEvidence, ProblemRefused, ProblemTold } from '../../contracts/problem-group.ts';
import { turnOf } from '../../contracts/problem-rules.ts';
import { tinyJpeg } from '../../tests/world/pictures.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import {
  act,
  acting,
  evidence,
  handled,
  identities,
  lastTold,
  load,
  loading,
  standings,
  withMinistry,
} from '../../tests/world/problem-groups.ts';
import { keepPictures, piecesCame } from './evidence.ts';
import { remindLate } from './urge.ts';

let world: TestHub;
let nowMs: number;
const number = '370102201103040018';

/** 山东 registered the pupil in 2016, 广东 in 2018: 广东 acts first. */
beforeEach(async () => {
  nowMs = Date.parse('2026-09-01T02:00:00Z');
  world = await openTestHub({ now: () => nowMs, after: () => () => undefined }, noRegistry);
  await withMinistry(world);
  await load(world, 'p-37', loading('early', number, 2016));
  await load(world, 'p-44', loading('late', number, 2018));
});
afterEach(() => world.close());

const toldTo = () => world.sentOf(ProblemTold).map(({ to }) => to);
const refusals = () => world.sentOf(ProblemRefused).map(({ to, text }) => [to, text]);

describe('a group across provinces, decided by the acts of its schools', () => {
  test('2.2–2.6 handed in, reviewed and carried out: the other is attested by itself and keeps the identity', async () => {
    await act(world, 'p-44', actingOn('hand-in', 'delete'));
    expect(toldTo().slice(2)).toEqual(['p-37', 'p-44']);
    expect(lastTold(world).members[1]).toMatchObject({ state: 'in-review', handling: 'delete', evidence: [evidence] });
    await act(world, 'p-44', acting(world, 'approve', 'late', { handling: 'delete', orgName: '天河区教育局' }));
    await act(world, 'p-44', acting(world, 'carry-out', 'late', { handling: 'delete' }));
    const group = lastTold(world);
    expect([group.state, turnOf(group), group.closedAt !== null]).toEqual(['closed', null, true]);
    expect(standings(group)).toEqual({ early: 'cleared', late: 'deleted' });
    expect(group.events.map((event) => event.act)).toEqual([
      'found',
      'hand-in',
      'approve',
      'carry-out',
      'cleared',
      'closed',
    ]);
    expect(await identities(world)).toEqual({ held: ['early'], contending: [], ended: ['late'] });
  });

  test('the holder leaves: the other has the identity with its own number in the same decision', async () => {
    await handled(world, 'p-44', 'late', 'attest');
    await handled(world, 'p-37', 'early', 'change');
    expect(standings(lastTold(world))).toEqual({ early: 'changed', late: 'cleared' });
    expect(await identities(world)).toEqual({ held: ['late'], contending: [], ended: ['early'] });
  });

  test('out of turn, stale, without pictures, of another’s record or group: refused with what has changed, and told again', async () => {
    await act(world, 'p-37', actingOn('hand-in', 'attest', 'early'));
    await act(world, 'p-44', { ...actingOn('hand-in', 'attest'), evidence: [] });
    await act(world, 'p-46', actingOn('hand-in', 'delete'));
    await act(world, 'p-37', actingOn('hand-in', 'delete'));
    await act(world, 'p-44', actingOn('carry-out', 'delete'));
    expect(refusals()).toEqual([
      ['p-37', '后注册或后变更关键信息的一方先处理，现在轮到对方处理'],
      ['p-44', '佐证、删除都需要上传证明材料'],
      ['p-46', '国家平台上没有该学籍的这组问题学籍'],
      ['p-37', '国家平台上没有该学籍的这组问题学籍'],
      ['p-44', '国家平台上该学籍没有正在审核的这项处理'],
    ]);
    expect(standings(lastTold(world))).toEqual({ early: 'waiting', late: 'waiting' });
    const seen = lastTold(world).revision;
    await load(world, 'p-46', loading('latest', number, 2020));
    await handled(world, 'p-46', 'latest', 'delete');
    await act(world, 'p-44', actingOn('hand-in', 'delete', 'late', seen));
    const [, text] = refusals().at(-1)!;
    expect(text).toMatch(/^提交时看到的情况已有变化：.*济南市第一小学 删除。请核对后重新提交$/);
    // History alone changes nothing for anybody: who had not seen it is not refused.
    const now = lastTold(world).revision;
    await act(world, 'p-37', acting(world, 'urge', 'early'));
    await act(world, 'p-44', actingOn('hand-in', 'delete', 'late', now));
    expect(standings(lastTold(world))).toMatchObject({ late: 'in-review' });
  });

  test('said again, or all of it at once by a province that had no link, an act has one effect', async () => {
    const handIn = actingOn('hand-in', 'attest');
    const after = (name: 'approve' | 'carry-out') => ({ ...actingOn(name, 'attest'), revision: handIn.revision });
    const acts = [handIn, after('approve'), after('carry-out')];
    await act(world, 'p-44', ...acts);
    const { revision } = lastTold(world);
    await act(world, 'p-44', ...acts);
    expect([lastTold(world).revision, refusals()]).toEqual([revision, []]);
    expect(standings(lastTold(world))).toEqual({ early: 'waiting', late: 'attested' });
    await act(world, 'p-37', acting(world, 'hand-in', 'early', { handling: 'attest' }));
    await act(world, 'p-37', acting(world, 'return', 'early', { opinion: '材料不清' }));
    expect([turnOf(lastTold(world)), lastTold(world).events.at(-1)?.opinion]).toEqual(['early', '材料不清']);
  });

  test('a change is true already when it is told, whoever’s turn it was', async () => {
    await act(world, 'p-37', actingOn('carry-out', 'change', 'early'));
    expect(standings(lastTold(world))).toEqual({ early: 'changed', late: 'cleared' });
    expect(await identities(world)).toEqual({ held: ['late'], contending: [], ended: ['early'] });
  });

  test('催办 once a working day; who is late is reminded once, and nothing is decided by that', async () => {
    await act(world, 'p-37', acting(world, 'urge', 'early', { opinion: '请尽快' }));
    await act(world, 'p-37', acting(world, 'urge', 'early'));
    expect(refusals()).toEqual([['p-37', '本工作日已催办过，下一个工作日可以再次催办']]);
    await remindLate(world.hub);
    nowMs = Date.parse('2026-09-16T02:00:00Z');
    await remindLate(world.hub);
    await remindLate(world.hub);
    const reminders = lastTold(world).events.filter((event) => event.act === 'urge');
    expect(reminders.map(({ personName, opinion }) => [personName, opinion])).toEqual([
      ['王丽华', '请尽快'],
      ['系统', '已超过 10 个工作日（2026-09-15）仍未处理，请尽快办理'],
    ]);
    expect(turnOf(lastTold(world))).toBe('late');
  });
});

/** On the group as it was opened, unless `revision` says another. */
function actingOn(
  name: Parameters<typeof acting>[1],
  handling: 'change' | 'attest' | 'delete',
  studentId = 'late',
  revision?: number,
) {
  return acting(world, name, studentId, { handling, ...(revision ? { revision } : {}) });
}

describe('pictures of evidence', () => {
  const hash = createHash('sha256').update(tinyJpeg).digest('hex');
  const halves = [tinyJpeg.subarray(0, 50), tinyJpeg.subarray(50)].map((half) => Buffer.from(half).toString('base64'));
  const piece = (index: number, data = halves[index]!, more: object = {}) => ({
    group: lastTold(world).id,
    hash,
    bytes: tinyJpeg.length,
    index,
    count: 2,
    data,
    ...more,
  });
  const came = (from: string, ...pieces: ReturnType<typeof piece>[]) =>
    world.store.decide((tx) => piecesCame(world.hub, tx, pieces, { from }));
  const pictures = () => world.store.read.selectFrom('problem_picture').select(['hash', 'fault']).execute();
  const handIn = () =>
    act(world, 'p-44', { ...actingOn('hand-in', 'delete'), evidence: [{ ...evidence, hash, bytes: tinyJpeg.length }] });

  test('2.7 come in pieces, are passed on to the other side, and are kept when the whole has the hash', async () => {
    await handIn();
    await came('p-44', piece(1));
    await came('p-44', piece(0), piece(0));
    await keepPictures.run(world.hub);
    expect(world.sentOf(ProblemEvidence).map(({ to, index }) => [to, index])).toEqual([
      ['p-37', 1],
      ['p-37', 0],
      ['p-37', 0],
    ]);
    expect(await pictures()).toEqual([{ hash, fault: null }]);
    const [file] = await world.store.read.selectFrom('evidence_file').selectAll().execute();
    expect(file).toMatchObject({ ownerId: lastTold(world).id, fileName: '户口簿.jpg' });
    expect(Buffer.from(await world.hub.files.get(`evidence-${file!.id}`))).toEqual(Buffer.from(tinyJpeg));
    expect(await world.store.read.selectFrom('problem_piece').select('hash').execute()).toEqual([]);
  });

  test('nothing is kept that nobody handed in, that another province sends, or that is another picture', async () => {
    await came('p-44', piece(0));
    await handIn();
    await came('p-37', piece(0), piece(1));
    await came('p-44', piece(0), piece(1, 'AAAA'));
    await keepPictures.run(world.hub);
    expect(await pictures()).toEqual([{ hash, fault: '收到的图片与提交时的不一致' }]);
    expect(await world.store.read.selectFrom('evidence_file').select('id').execute()).toEqual([]);
  });
});
