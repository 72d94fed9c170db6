import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { RecordSummarised } from '../../contracts/national-index.ts';
import {
  NATIONAL_QUERIES_PER_HOUR_MAX,
  NATIONAL_QUERIES_PER_ORG_AND_HOUR_MAX,
  listIndexAlarms,
  queryNationalRecords,
} from '../../contracts/national-query.ts';
import type { Call } from '../../shared/http/serve.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import { claimIdentities, releaseClaims } from '../claim/business.ts';
import type { HubDb } from '../schema.ts';
import { takeSummaries } from './business.ts';
import { listAlarms, queryRecords } from './query.ts';

type Summary = z.output<typeof RecordSummarised.item>;
let world: TestHub;
let nowMs = 0;
beforeEach(async () => {
  nowMs = Date.parse('2026-09-01T02:00:00Z');
  world = await openTestHub({ now: () => nowMs, after: () => () => undefined }, noRegistry);
});
afterEach(() => world.close());

function summary(more: Partial<Summary> = {}): Summary {
  return {
    studentId: 's1',
    version: 1,
    claimNo: null,
    studentNumber: 'G37010220100101001X',
    name: '王小明',
    sex: '1',
    birthDate: '2010-01-01',
    idType: '1',
    identityKey: 'resident:37010220100101001X',
    schoolId: '2137000001',
    schoolName: '济南市第一小学',
    stage: 'primary',
    cohort: 2016,
    status: 'enrolled',
    problem: false,
    openBusiness: null,
    changedAt: '2026-09-01T02:00:00.000Z',
    ...more,
  };
}

const take = (from: string, ...items: Summary[]) =>
  world.store.decide((tx) => takeSummaries(world.hub, tx, items, { from }));
const records = () => world.store.read.selectFrom('national_record').selectAll().orderBy('studentId').execute();
const alarms = async () =>
  listIndexAlarms.output.parse(await listAlarms(world.hub, call(), listIndexAlarms.input.parse({}))).rows;

const notes: Array<[subject: string, summary: string | undefined]> = [];
const ministry = { id: 'ministry', name: '教育部', level: 'ministry', path: '' };
function call(account = 'ministry', org = ministry): Call<HubDb> {
  return {
    caller: { account, org },
    decide: (work: Parameters<Call<HubDb>['decide']>[0]) =>
      world.store.decide((tx) => work(tx, (subject, text) => notes.push([subject, text]))),
  } as unknown as Call<HubDb>;
}
async function ask(input: z.input<typeof queryNationalRecords.input>, account = 'ministry', org?: typeof ministry) {
  const { captcha: answer } = input;
  await world.store.decide((tx) =>
    tx.replaceInto('captcha').values({ account, answer, endsAt: '2027-01-01' }).execute(),
  );
  const output = await queryRecords(world.hub, call(account, org), queryNationalRecords.input.parse(input));
  return queryNationalRecords.output.parse(output);
}

describe('the national index', () => {
  test('H.2 of summaries out of order, also within one message, the newest version stays', async () => {
    await take('p-37', summary({ version: 3, schoolName: '三小' }), summary({ version: 2, schoolName: '二小' }));
    await take('p-37', summary({ version: 1, schoolName: '一小' }));
    await take('p-37', summary({ version: 3, schoolName: '又三小' }));
    expect(await records()).toMatchObject([{ version: 3, schoolName: '三小' }]);
    await take('p-37', summary({ version: 4, schoolName: '四小' }));
    expect(await records()).toMatchObject([{ version: 4, schoolName: '四小' }]);
    expect(await alarms()).toEqual([]);
  });

  test('only the province that holds the record writes it; another raises an alarm, once however often', async () => {
    await take('p-37', summary());
    await take('p-44', summary({ version: 9, schoolName: '广州小学' }));
    await take('p-44', summary({ version: 10, schoolName: '广州小学' }));
    expect(await records()).toMatchObject([{ province: 'p-37', version: 1 }]);
    expect(await alarms()).toMatchObject([
      { kind: 'not-holder', provinceName: '广东省', otherProvinceName: '山东省', times: 2, maskedName: '王*明' },
    ]);
  });

  test('I08 a formal number belongs to one pupil for ever, also when that pupil has another number by now', async () => {
    await take('p-37', summary());
    await take('p-37', summary({ version: 2, studentNumber: 'L370102201001010011' }));
    await take('p-44', summary({ studentId: 's2', version: 1 }), summary({ studentId: 's3', studentNumber: 'G3' }));
    expect((await records()).map((row) => row.studentId)).toEqual(['s1', 's3']);
    const [alarm] = await alarms();
    expect(alarm).toMatchObject({ kind: 'number-taken', provinceName: '广东省', otherProvinceName: '山东省' });
    expect(alarm?.maskedStudentNumber).not.toContain('20100101');
    await take('p-37', summary({ version: 3 }));
    expect(await records()).toMatchObject([{ studentNumber: 'G37010220100101001X', version: 3 }, { studentId: 's3' }]);
  });

  test('a claim that the summary names must be the province’s own and for that pupil', async () => {
    const asked = { ...summary(), application: 'a1', category: 'resident' as const, identityKey: 'resident:1' };
    await world.store.decide((tx) => claimIdentities(world.hub, tx, [asked], { id: 'm', from: 'p-37' }));
    await take('p-44', summary({ claimNo: 1 }));
    await take('p-37', summary({ claimNo: 1, studentId: 's9' }), summary({ claimNo: 77, studentId: 's8' }));
    expect(await records()).toEqual([]);
    expect((await alarms()).map((alarm) => alarm.kind)).toEqual(Array(3).fill('claim-of-another'));
    await take('p-37', summary({ claimNo: 1 }));
    expect(await records()).toMatchObject([{ studentId: 's1', claimNo: 1 }]);
  });

  test('what is said once more of a record that has let the claim go since is taken; the newer word follows', async () => {
    const asked = { ...summary(), application: 'a1', category: 'resident' as const, identityKey: 'resident:1' };
    await world.store.decide(async (tx) => {
      await claimIdentities(world.hub, tx, [asked], { id: 'm', from: 'p-37' });
      await releaseClaims(world.hub, tx, [{ claimNo: 1, application: 'a1' }], { id: 'n', from: 'p-37' });
    });
    await take('p-37', summary({ claimNo: 1 }), summary({ claimNo: 1, studentId: 's9' }));
    expect(await records()).toMatchObject([{ studentId: 's1', claimNo: 1 }]);
    expect(await alarms()).toHaveLength(1);
    await take('p-37', summary({ claimNo: 1, version: 2, status: 'deleted' }));
    expect(await records()).toMatchObject([{ studentId: 's1', status: 'deleted' }]);
    expect(await alarms()).toHaveLength(1);
  });

  test('identity numbers are not in the database in plain', async () => {
    await take('p-37', summary({ studentNumber: 'L370102201001010011' }));
    const [row] = await records();
    expect(Buffer.from(row!.identitySealed!).includes('37010220100101001X')).toBe(false);
    expect(world.hub.vault.open(row!.identitySealed!)).toBe('resident:37010220100101001X');
  });
});

describe('全国学籍查询', () => {
  const byNumber = { name: '王小明', studentNumber: 'G37010220100101001X', purpose: '核查转学', captcha: '1234' };

  test('17.1 exact name and number, or name and id number however it was typed, find the record; nothing less does', async () => {
    await take('p-37', summary({ problem: true }));
    const found = {
      studentNumber: 'G37010220100101001X',
      name: '王小明',
      sex: '1',
      birthDate: '2010-01-01',
      idType: '1',
      maskedIdNumber: '370102********001X',
      provinceName: '山东省',
      schoolName: '济南市第一小学',
      stage: 'primary',
      cohort: 2016,
      status: 'enrolled',
      problem: true,
      changedAt: '2026-09-01T02:00:00.000Z',
    };
    expect((await ask(byNumber)).records).toEqual([found]);
    expect(
      (await ask({ name: ' 王 小明', idNumber: '37010220100101001x', purpose: '核查', captcha: '1' })).records,
    ).toEqual([found]);
    expect((await ask({ ...byNumber, name: '王小' })).records).toEqual([]);
    expect((await ask({ ...byNumber, studentNumber: 'G37010220100101001' })).records).toEqual([]);
  });

  test('17.1 a question needs exactly one number and a purpose', () => {
    const fits = (input: object): boolean => queryNationalRecords.input.safeParse(input).success;
    expect(fits(byNumber)).toBe(true);
    expect(fits({ ...byNumber, idNumber: '1' })).toBe(false);
    expect(fits({ name: '王小明', purpose: '核查', captcha: '1234' })).toBe(false);
    expect(fits({ ...byNumber, captcha: ' ' })).toBe(false);
    expect(fits({ ...byNumber, purpose: ' ' })).toBe(false);
  });

  test('17.1 every question is audited, without numbers, also when nothing is found', async () => {
    await take('p-37', summary());
    notes.length = 0;
    await ask({ ...byNumber, purpose: '核查 37010220100101001X' });
    await ask({ ...byNumber, name: '李四' });
    expect(notes).toEqual([
      ['s1', '按姓名和学籍号查询，查到1条，事由：核查 370102********001X'],
      ['', '按姓名和学籍号查询，查到0条，事由：核查转学'],
    ]);
  });

  test('A36 an account is stopped after its questions of the hour, another is not, and the next hour is new', async () => {
    for (let left = NATIONAL_QUERIES_PER_HOUR_MAX - 1; left >= 0; left--)
      expect((await ask(byNumber)).remaining).toBe(left);
    await expect(ask(byNumber)).rejects.toMatchObject({ code: 'too-many-requests' });
    expect((await ask(byNumber, 'other')).remaining).toBe(NATIONAL_QUERIES_PER_HOUR_MAX - 1);
    nowMs += 3_600_000;
    expect((await ask(byNumber)).remaining).toBe(NATIONAL_QUERIES_PER_HOUR_MAX - 1);
  });

  test('A36 the accounts of a school are stopped together, another school’s and the ministry’s are not', async () => {
    const school = { id: '2144000001', name: '实验小学', level: 'school', path: '440000/440100/440104/2144000001/' };
    for (let asked = 0; asked < NATIONAL_QUERIES_PER_ORG_AND_HOUR_MAX; asked++)
      await ask(byNumber, `xj${asked % 3}@44`, school);
    await expect(ask(byNumber, 'xj4@44', school)).rejects.toMatchObject({
      code: 'too-many-requests',
      detail: expect.stringContaining('实验小学的各账号') as string,
    });
    expect((await ask(byNumber, 'xj5@44', { ...school, id: '2144000002' })).remaining).toBeGreaterThan(0);
    expect((await ask(byNumber)).remaining).toBe(NATIONAL_QUERIES_PER_HOUR_MAX - 1);
    nowMs += 3_600_000;
    expect((await ask(byNumber, 'xj4@44', school)).remaining).toBe(NATIONAL_QUERIES_PER_HOUR_MAX - 1);
  });
});
