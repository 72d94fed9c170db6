import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordsTold } from '../../central/problem-record/records.ts';
import type { EvidenceFile } from '../../contracts/evidence.ts';
import type { ProblemGroupView } from '../../contracts/problem-handling.ts';
import { signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { decidedBy, evidenceFor, groupPage, handedInBy, loadedAt, turnsAt } from '../../tests/world/problems.ts';
import { json, school, verifiable } from '../../tests/world/registration.ts';
import { guangdongSchool } from '../../tests/world/transfer.ts';
import { allReceipted, eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import type { StudentTable } from '../student/table.ts';

const [early, late, latest] = ['2019-09-01', '2021-09-01', '2022-09-01'].map((day) => `${day}T01:00:00.000Z`);
const forms = verifiable(81, 4);

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.stop());

const as = (code: string, account: string): Promise<Browser> => signedInAs(world.province(code), account);
const at = { '37': school, '44': guangdongSchool } as const;
type Code = keyof typeof at;
const registrar = (code: Code): Promise<Browser> => as(code, `xj${at[code].id}`);
const load = (code: Code, index: number, since: string, more: { studentNumber?: string } = {}): Promise<StudentTable> =>
  loadedAt(world.province(code).context, { form: forms[index]!, schoolId: at[code].id, since, ...more });
const recordOf = (code: Code, { id }: StudentTable) =>
  eventually(
    () =>
      world
        .province(code)
        .context.store.read.selectFrom('problem_record')
        .select('id')
        .where('studentId', '=', id)
        .executeTakeFirst(),
    (row) => row !== undefined,
  );
const student = (code: Code, { id }: StudentTable) =>
  world
    .province(code)
    .context.store.read.selectFrom('student')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
const shows = (page: Browser, id: string, isSo: (group: ProblemGroupView) => boolean): Promise<ProblemGroupView> =>
  eventually(() => groupPage(page, id), isSo);
async function approved(code: Code, handling: string): Promise<void> {
  for (const account of [`ld${at[code].id}`, `xj${at[code].parentId}`])
    await json(decidedBy(await as(code, account), handling));
}

describe('跨省问题学籍', () => {
  test('2.2, 2.4–2.6 each side sees how the other stands, with its pictures; a deletion takes effect when the hub says so', async () => {
    const first = await load('44', 0, early!);
    const second = await load('37', 0, late!, { studentNumber: `G${forms[0]!.idNumber}` });
    const [mineId, theirsId] = [(await recordOf('37', second))!.id, (await recordOf('44', first))!.id];
    const [mine, theirs] = [await registrar('37'), await registrar('44')];
    expect(await turnsAt(theirs, 'cross-province')).toEqual([]);
    expect(await turnsAt(mine, 'cross-province')).toMatchObject([{ id: mineId, turnName: `山东省 ${school.name}` }]);
    const handling = await handedInBy(mine, mineId, 'attest');
    const reviewed = await shows(theirs, theirsId, ({ members }) => members.some(({ state }) => state === 'in-review'));
    expect(reviewed.reach).toBe('cross-province');
    // Of the other province's record too: a formal number holds the resident id.
    for (const { studentNumber } of reviewed.members) expect(studentNumber).not.toMatch(/^G\d{17}/);
    await approved('37', handling);
    const seen = await shows(
      theirs,
      theirsId,
      ({ members }) =>
        members.some(({ isTurn, isMine }) => isTurn && isMine) && members.some(({ pictures }) => pictures.length > 0),
    );
    const other = seen.members.find(({ isHere }) => !isHere)!;
    expect(other).toMatchObject({ state: 'attested', handling: 'attest', picturesDue: 0, choices: [] });
    expect(other.pictures).toHaveLength(1);
    const { files } = await json<{ files: EvidenceFile[] }>(
      theirs.get('/api/evidence', { ownerKind: 'problem-record', ownerId: other.id }),
    );
    expect((await theirs.get('/api/evidence/file', { id: files[0]!.id })).status).toBe(200);
    expect((await evidenceFor(theirs, other.id)).status).toBe(409);

    // Approved while the link is down, it waits for the hub; then both sides have it.
    const removal = await handedInBy(theirs, theirsId, 'delete');
    await shows(theirs, theirsId, ({ members }) => members.some(({ state }) => state === 'in-review'));
    world.loopback.cut('p-44');
    await approved('44', removal);
    const waiting = await groupPage(theirs, theirsId);
    expect(waiting.members.find(({ isMine }) => isMine)!.handed).toMatchObject({ state: 'sent' });
    expect(await student('44', first)).toMatchObject({ status: 'enrolled', problem: 1 });
    world.loopback.mend('p-44');
    await eventually(
      () => student('44', first),
      ({ status, problem }) => status === 'deleted' && problem === 0,
    );
    await eventually(
      () => student('37', second),
      ({ problem }) => problem === 0,
    );
    const ended = await groupPage(mine, mineId);
    expect(ended.state).toBe('closed');
    expect(ended.events).toEqual((await groupPage(theirs, theirsId)).events);
  }, 60_000);

  test('2.2 an act that comes too late is refused by the hub, and goes back to the registrar with what has changed', async () => {
    await load('44', 1, early!);
    const second = await load('37', 1, late!);
    const { id } = (await recordOf('37', second))!;
    const mine = await registrar('37');
    world.loopback.cut('p-37');
    await handedInBy(mine, id, 'attest');
    const third = await load('44', 1, latest!);
    await recordOf('44', third);
    world.loopback.mend('p-37');
    const isRefused = ({ members }: ProblemGroupView): boolean =>
      members.some(({ handed, isTurn }) => handed?.state === 'refused' && !isTurn);
    const refused = await shows(mine, id, isRefused);
    const own = refused.members.find(({ isMine }) => isMine)!;
    expect(own).toMatchObject({ state: 'waiting' });
    expect(own.handed!.text).not.toBe('');
    expect(await turnsAt(await registrar('44'), 'cross-province')).toMatchObject([{ studentId: third.id }]);
  }, 60_000);

  test('2.9 a province’s own group becomes the hub’s when a record elsewhere joins it, and its own again when that one has come here', async () => {
    const form = forms[2]!;
    const first = await load('37', 2, early!);
    const second = await load('37', 2, late!);
    const { id } = (await recordOf('37', second))!;
    const mine = await registrar('37');
    expect(await groupPage(mine, id)).toMatchObject({ reach: 'in-province', members: [{}, {}] });
    const third = await load('44', 2, latest!);
    const taken = await shows(mine, id, ({ reach }) => reach === 'cross-province');
    expect(taken.members.map(({ name }) => name)).toEqual([form.name, form.name, form.name]);
    expect(taken.members.find(({ isTurn }) => isTurn)).toMatchObject({ isHere: false });
    expect((await student('37', first)).problem).toBe(1);
    // What its province says of the record is older than the transfer.
    await eventually(
      () => student('44', third),
      ({ problem }) => problem === 1,
    );
    await allReceipted(world.province('44').messaging);
    world.loopback.cut('p-44');
    const { context: hub } = world.hub;
    const told = { studentId: third.id, claimNo: null, schoolId: school.id, schoolName: school.name };
    await hub.store.decide((tx) => recordsTold(hub, tx, [told], 'p-37'));
    const own = await shows(mine, id, ({ reach }) => reach === 'in-province');
    expect(own.members.every(({ isHere }) => isHere)).toBe(true);
  }, 60_000);
});
