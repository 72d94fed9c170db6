import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { RecordSummarised } from '../../contracts/national-index.ts';
import { exportSuspects, judgeSuspect, listSuspects } from '../../contracts/suspect.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { ministryOrg } from '../../deploy/demo/accounts.ts';
import type { Call, DownloadFile } from '../../shared/http/serve.ts';
import { insertOrgs } from '../../shared/org/table.ts';
import { labelledPupils } from '../../tests/world/labelled-pupils.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import { linesOf, rowsOfFile } from '../../tests/world/sheets.ts';
import { takeSummaries } from '../national-index/business.ts';
import type { HubDb } from '../schema.ts';
import { suspect } from './business.ts';
import { lookForSuspects } from './look.ts';

type Summary = z.output<typeof RecordSummarised.item>;
const [shandong, guangdong] = [demoOrgs(demoProvinces[0]), demoOrgs(demoProvinces[1])];
const schoolOf = (orgs: typeof shandong) => orgs.find(({ level }) => level === 'school')!;
const [school, otherSchool] = [schoolOf(shandong), schoolOf(guangdong)];

let world: TestHub;
beforeEach(async () => {
  world = await openTestHub(
    { now: () => Date.parse('2026-09-01T02:00:00Z'), after: () => () => undefined },
    noRegistry,
  );
  await world.store.decide((tx) =>
    insertOrgs(
      tx,
      [...shandong, ...guangdong].map((org) => ({ ...org, parentId: null })),
    ),
  );
});
afterEach(() => world.close());

function summary(more: Partial<Summary> = {}): Summary {
  return {
    studentId: 's1',
    version: 1,
    claimNo: null,
    studentNumber: 'L370102201403050011',
    name: '王小明',
    sex: '1',
    birthDate: '2014-03-05',
    idType: '1',
    identityKey: 'resident:370102201403050010',
    schoolId: school.id,
    schoolName: school.name,
    stage: 'primary' as const,
    cohort: 2020,
    status: 'enrolled' as const,
    problem: false,
    openBusiness: null,
    changedAt: '2026-09-01T02:00:00.000Z',
    ...more,
  };
}
const undocumented = { idType: 'Z', identityKey: null, studentNumber: 'L370102201403050022' };
const inGuangdong = { schoolId: otherSchool.id, schoolName: otherSchool.name };

async function told(from: string, ...items: Summary[]): Promise<void> {
  await world.store.decide((tx) => takeSummaries(world.hub, tx, items, { from }));
  await lookForSuspects(world.hub);
}

const notes: string[] = [];
function call(org: { id: string; name: string; level: string; path: string } = { ...ministryOrg }): Call<HubDb> {
  return {
    caller: { account: 'a', personName: '测试', org },
    decide: (work: Parameters<Call<HubDb>['decide']>[0]) =>
      world.store.decide((tx) => work(tx, (subject, text) => notes.push(`${subject} ${text}`))),
  } as unknown as Call<HubDb>;
}
const [listing, exporting, judging] = suspect.endpoints;
const listed = async (org?: Parameters<typeof call>[0], input = {}) =>
  listSuspects.output.parse(
    await listing!.handle(world.hub, call(org) as never, listSuspects.input.parse(input) as never),
  );
const judged = (input: z.input<typeof judgeSuspect.input>, org?: Parameters<typeof call>[0]) =>
  judging!.handle(world.hub, call(org) as never, judgeSuspect.input.parse(input) as never);

test('a record that changes again before it was compared is marked once', async () => {
  const take = (item: Summary) => world.store.decide((tx) => takeSummaries(world.hub, tx, [item], { from: 'p-37' }));
  await take(summary());
  await take(summary({ version: 2, name: '王晓明' }));
  await take(summary({ version: 3, name: '王小鸣' }));
  const due = await world.store.read.selectFrom('suspect_due').select('studentId').execute();
  expect(due).toEqual([{ studentId: 's1' }]);
  expect(await world.store.read.selectFrom('national_record').select('name').execute()).toEqual([{ name: '王小鸣' }]);
});

describe('疑似重复', () => {
  test('S.2 two records of one pupil are found across provinces, with score and reasons; numbers are masked', async () => {
    await told('p-37', summary());
    await told('p-44', summary({ studentId: 's2', name: '王曉明', ...undocumented, ...inGuangdong }));
    const { rows } = await listed();
    expect(rows).toMatchObject([
      { state: 'open', reasons: ['same-birth-date', 'one-without-document', 'name-sounds-alike', 'same-sex'] },
    ]);
    expect(rows[0]!.sides).toMatchObject([
      { name: '王小明', provinceName: '山东省', maskedIdNumber: '370102********0010' },
      { name: '王曉明', provinceName: '广东省', maskedIdNumber: null },
    ]);
  });

  test('are exported as they are asked for', async () => {
    await told('p-37', summary());
    await told('p-44', summary({ studentId: 's2', name: '王曉明', ...undocumented, ...inGuangdong }));
    const conditions = exportSuspects.input.parse({ state: 'open' });
    const file = (await exporting!.handle(world.hub, call() as never, conditions as never)) as DownloadFile;
    expect(
      linesOf(await rowsOfFile(new Response(file.body as Uint8Array<ArrayBuffer>), '疑似重复学籍列表')),
    ).toMatchObject([
      { 学籍一姓名: '王小明', 学籍一身份证件号: '370102********0010', 学籍二省份: '广东省', 核查情况: '待核查' },
    ]);
    expect(notes.pop()).toContain('导出疑似重复学籍 1 对');
  });

  test('a pair goes when a record changes so that nothing speaks for it, and comes again; the same summary finds nothing new', async () => {
    await told('p-37', summary(), summary({ studentId: 's2', ...undocumented }));
    const [found] = (await listed()).rows;
    await told('p-37', summary({ studentId: 's2', ...undocumented }));
    expect((await listed()).rows).toEqual([found]);
    await told('p-37', summary({ studentId: 's2', version: 2, name: '李雷', ...undocumented }));
    expect((await listed()).rows).toEqual([]);
    await told('p-37', summary({ studentId: 's2', version: 3, ...undocumented }));
    expect((await listed()).rows).toMatchObject([{ score: found!.score }]);
    await told('p-37', summary({ studentId: 's2', version: 4, status: 'deleted', ...undocumented }));
    expect((await listed()).rows).toEqual([]);
  });

  test('a bureau sees pairs that have a record below it, and no other; so it may judge them, which does nothing else', async () => {
    await told('p-37', summary());
    await told('p-44', summary({ studentId: 's2', ...undocumented, ...inGuangdong }));
    await told('p-44', summary({ studentId: 's3', name: '赵云', ...inGuangdong, identityKey: null, idType: 'Z' }));
    await told('p-44', summary({ studentId: 's4', name: '赵云', ...inGuangdong, identityKey: null, idType: 'Z' }));
    const [top, stranger] = [shandong[0]!, shandong.filter(({ level }) => level === 'county').at(-1)!];
    const [pair, ...others] = (await listed(top)).rows;
    expect(others).toEqual([]);
    expect((await listed()).rows).toHaveLength(2);
    expect((await listed(stranger)).rows).toEqual([]);
    const verdict = { id: pair!.id, seen: 'open', verdict: 'different', reason: '两校核实为两人' } as const;
    await expect(judged(verdict, stranger)).rejects.toMatchObject({ code: 'not-found' });
    const before = await world.store.read.selectFrom('national_record').selectAll().execute();
    await judged(verdict, top);
    await judged(verdict, top);
    await expect(judged({ ...verdict, verdict: 'same', reason: '是同一人' })).rejects.toMatchObject({
      code: 'stale-revision',
    });
    expect((await listed(top, { state: 'different' })).rows).toMatchObject([{ verdict: { reason: '两校核实为两人' } }]);
    expect(await world.store.read.selectFrom('national_record').selectAll().execute()).toEqual(before);
    expect(notes).toEqual([`${pair!.id} 已核查，不是同一人：两校核实为两人`]);
    // What somebody has looked into stays, whatever becomes of the records.
    await told('p-44', summary({ studentId: 's2', version: 2, name: '李雷', ...undocumented, ...inGuangdong }));
    expect((await listed(top, { state: 'different' })).rows).toHaveLength(1);
  });

  test('of a labelled set the hub finds nearly all, and little else', async () => {
    const pupils = labelledPupils(7, 1_500);
    const items = pupils.map(({ name, sex, birthDate, idType, idNumber, schoolId }, index) =>
      summary({
        name,
        sex,
        birthDate,
        idType,
        schoolId,
        schoolName: schoolId,
        studentNumber: `L${index}`,
        studentId: `s${String(index).padStart(5, '0')}`,
        identityKey: idNumber === '' ? null : `${idType === '1' ? 'resident' : `hmt-foreign:${idType}`}:${idNumber}`,
      }),
    );
    await told('p-37', ...items);
    const found = await world.store.read.selectFrom('suspect').select(['firstId', 'secondId']).execute();
    const pupilOf = (id: string): number => pupils[Number(id.slice(1))]!.pupil;
    const right = found.filter(({ firstId, secondId }) => pupilOf(firstId) === pupilOf(secondId)).length;
    const there = pupils.length - new Set(pupils.map(({ pupil }) => pupil)).size;
    expect(right / found.length).toBeGreaterThan(0.95);
    expect(right / there).toBeGreaterThan(0.9);
  });
});
