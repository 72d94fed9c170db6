import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { StudentEvent } from '../../contracts/packed-record.ts';
import { checkStudentNumber } from '../../contracts/people/student-number.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';
import type { Store } from '../../shared/db/store.ts';
import { systemClock } from '../../shared/clock.ts';
import { insertOrgs } from '../../shared/org/table.ts';
import { idsFrom, systemRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import { workbook } from '../../tests/spreadsheet/workbooks.ts';
import { legacyCells, legacyCsv, legacyTitles } from '../../tests/world/legacy.ts';
import { pupils } from '../../tests/world/registration.ts';
import { ProvinceSettings } from '../config.ts';
import { migrations } from '../migrations/index.ts';
import type { ProvinceDb } from '../schema.ts';
import { readBatches } from './batches.ts';
import type { Reading } from './batches.ts';
import { importLegacy } from './import-command.ts';
import { hashOf, loadFile } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'xueji-legacy-'));
afterAll(() => rmSync(folder, { recursive: true }));
let data = 0;
const secret = Buffer.alloc(32, 0xab);
const vault = openVault(secret, systemRandom);
const dataFolder = (): string => join(folder, `data-${data}`);

const settings = () =>
  ProvinceSettings.parse({
    dataFolder: dataFolder(),
    port: 0,
    province: '37',
    hubFingerprint: Array.from({ length: 16 }, () => 'abcd').join('-'),
    masterSecret: secret.toString('hex'),
  });

async function withStore<T>(work: (store: Store<ProvinceDb>) => Promise<T>): Promise<T> {
  const store = openStore<ProvinceDb>(join(dataFolder(), 'node.db'));
  return work(store).finally(() => store.close());
}

beforeEach(async () => {
  data++;
  mkdirSync(dataFolder());
  await withStore(async (store) => {
    await migrate(store, migrations);
    await store.decide((tx) => insertOrgs(tx, demoOrgs(demoProvinces[0])));
  });
});

function written(content: string | Uint8Array, name = `${data}.csv`): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** In this thread: what reads in another is as slow to start as all the rest. It is cut off after so many batches. */
const loadHere = (file: string, rowsPerBatch = 100, batchesUntilCut = Infinity) =>
  withStore((store) => {
    const batches = async function* (reading: Reading) {
      let left = batchesUntilCut;
      for await (const batch of readBatches(vault, reading)) {
        if (left-- === 0) throw new Error('cut off');
        yield batch;
      }
    };
    const ids = idsFrom(systemClock, systemRandom);
    const loading = { store, clock: systemClock, ids, provinceName: '山东省', batches, rowsPerBatch };
    return hashOf(file).then((fileHash) => loadFile(loading, { file, fileHash, reportFile: `${file}.report.csv` }));
  });
const reportOf = (file: string): string[] =>
  readFileSync(`${file}.report.csv`, 'utf8').trimEnd().split('\r\n').slice(1);
const students = () => withStore((store) => store.read.selectFrom('student').selectAll().orderBy('id').execute());
const formOf = (id: string) =>
  withStore(async (store) => {
    const row = await store.read
      .selectFrom('student_form')
      .select('form')
      .where('studentId', '=', id)
      .executeTakeFirst();
    return JSON.parse(vault.open(row!.form)) as StudentForm;
  });

describe('import-legacy', () => {
  test('2.10 a file of phase one becomes records with class, number and history, and is not loaded twice', async () => {
    const forms = pupils(801, 30).map((form) => ({ ...form, address: '泉城路1号,"西"院' }));
    const file = written(`\uFEFF${legacyCsv(forms.map((form) => legacyCells(form)))}`);
    const load = () => importLegacy(settings(), file, () => undefined);
    expect(await load()).toMatchObject({ rows: 30, loaded: 30, refused: 0, problems: 0 });
    expect(reportOf(file)).toEqual([]);
    expect(await load()).toMatchObject({ loaded: 30 });
    const rows = await students();
    expect(rows.map(({ name }) => name)).toEqual(forms.map(({ name }) => name));
    expect(rows[0]).toMatchObject({ classNo: forms[0]!.classNo, stage: 'primary', cohort: 2026, status: 'enrolled' });
    for (const { studentNumber, birthDate } of rows)
      expect(checkStudentNumber(studentNumber)).toMatchObject({ ok: true, kind: 'temporary', birthDate });
    expect(await formOf(rows[0]!.id)).toMatchObject({ address: '泉城路1号,"西"院', disabled: '0', leftBehind: '0' });
    const [event] = await withStore((store) => store.read.selectFrom('student_event').selectAll().execute());
    expect(JSON.parse(vault.open(event!.event)) as StudentEvent).toMatchObject({
      act: 'loaded',
      gradeName: '小学2026级',
    });
  });

  test('rows that cannot be records are told with column and reason; a wrong item is left out; a wrong check digit is a problem', async () => {
    const [right, stranger, later, digit] = pupils(802, 4) as [StudentForm, StudentForm, StudentForm, StudentForm];
    const [nobody, short, typed] = pupils(812, 3) as [StudentForm, StudentForm, StudentForm];
    const number = digit.idNumber!;
    const broken = `${number.slice(0, 17)}${number.endsWith('1') ? '2' : '1'}`;
    const file = written(
      legacyCsv([
        legacyCells(right, { 联系电话: '=12', 是否留守儿童: '单亲' }),
        legacyCells(stranger, { 学校标识码: '2137999999' }),
        legacyCells(later, { 出生日期: '20250101' }),
        legacyCells(digit, { 身份证件号: broken }),
        legacyCells(nobody, { 姓名: '' }),
        legacyCells(short, { 身份证件号: short.idNumber!.slice(0, 16) }),
        legacyCells(typed, { 身份证件类型: '学生证' }),
      ]),
    );
    expect(await loadHere(file)).toMatchObject({ rows: 7, loaded: 2, refused: 5, problems: 1 });
    const report = reportOf(file);
    expect(
      report.map((line) =>
        line
          .split(',')
          .filter((_, at) => at !== 2 && at < 4)
          .join(' '),
      ),
    ).toEqual([
      '2 "联系电话" "已载入，该项没有取用"',
      '3 "学校标识码" "该行没有载入"',
      '4 "出生日期" "该行没有载入"',
      '5 "身份证件号" "已载入，列为问题学籍"',
      '6 "姓名" "该行没有载入"',
      '7 "身份证件号" "该行没有载入"',
      '8 "身份证件类型" "该行没有载入"',
    ]);
    expect(report.join()).not.toContain(short.idNumber!.slice(0, 16));
    const rows = await students();
    expect(rows).toMatchObject([{ name: right.name }, { name: digit.name }]);
    expect(await formOf(rows[0]!.id)).toMatchObject({ leftBehind: '1' });
    expect(await formOf(rows[0]!.id)).not.toHaveProperty('phone');
  });

  test('2.9 the same pupil three times is three records with numbers of their own; a number of phase one is kept by the first', async () => {
    const [pupil, other] = pupils(803, 2) as [StudentForm, StudentForm];
    const number = `G${pupil.idNumber}`;
    const titles = ['全国学籍号', ...legacyTitles, '备注'];
    const rows = [pupil, other, pupil, pupil].map((form, at) => [at === 1 ? '' : number, ...legacyCells(form), 'x']);
    const file = written(legacyCsv(rows, titles));
    expect(await loadHere(file)).toMatchObject({ rows: 4, loaded: 4, refused: 0 });
    const [first, , second, third] = await students();
    expect(first!.studentNumber).toBe(number);
    const numbers = [first, second, third].map((row) => row!.studentNumber);
    expect(new Set(numbers).size).toBe(3);
    expect(second!.idFingerprint).toEqual(first!.idFingerprint);
    const lines = reportOf(file);
    expect(lines[0]).toMatch(/^1,"备注"/);
    expect(lines.slice(1).map((line) => line.slice(0, 8))).toEqual(['4,"全国学籍号', '5,"全国学籍号']);
  });

  test('reads GB 18030 and XLSX, and refuses a file without the columns, saying which', async () => {
    const [pupil, other] = pupils(804, 2) as [StudentForm, StudentForm];
    const text = legacyCsv([legacyCells(pupil)]);
    const bytes = new Map<string, number[]>();
    const gb = new TextDecoder('gb18030');
    for (let lead = 0x81; lead <= 0xfe; lead++)
      for (let trail = 0x40; trail <= 0xfe; trail++) {
        const sign = gb.decode(Uint8Array.of(lead, trail));
        if ([...sign].length === 1) bytes.set(sign, [lead, trail]);
      }
    const encoded = [...text].flatMap((sign) => (sign < '\u0080' ? [sign.charCodeAt(0)] : bytes.get(sign)!));
    expect(await loadHere(written(Uint8Array.from(encoded)))).toMatchObject({ loaded: 1 });
    const xlsx = written(await workbook([[...legacyTitles], legacyCells(other)]), 'pupils.xlsx');
    expect(await loadHere(xlsx)).toMatchObject({ loaded: 1, refused: 0 });
    expect((await students()).map(({ name }) => name).toSorted()).toEqual([pupil.name, other.name].toSorted());
    const bad = written('姓名,性别\n王小明,男\n', 'bad.csv');
    await expect(loadHere(bad)).rejects.toMatchObject({ detail: expect.stringContaining('缺少列“学校标识码”') });
  });

  test('cut off and begun again: nothing twice, nothing missing, and the report as if it had not been', async () => {
    const rows = pupils(805, 50).map((form, at) => legacyCells(form, at % 10 === 3 ? { 邮政编码: '1' } : {}));
    const file = written(legacyCsv(rows));
    const reportFile = `${file}.report.csv`;
    const begin = (batches: number): ReturnType<typeof loadHere> => loadHere(file, 8, batches);
    await expect(begin(2)).rejects.toThrow('cut off');
    expect(await students()).toHaveLength(16);
    // Written, and not decided on before the power went.
    writeFileSync(reportFile, '99,"something"', { flag: 'a' });
    await expect(begin(1)).rejects.toThrow('cut off');
    expect(await begin(Infinity)).toMatchObject({ rows: 50, loaded: 50 });
    expect((await students()).map(({ name }) => name)).toEqual(rows.map(([, name]) => name));
    expect(reportOf(file).map((line) => line.split(',')[0])).toEqual(['5', '15', '25', '35', '45']);
    const untold = await withStore((store) => store.read.selectFrom('untold_records').selectAll().execute());
    expect(untold.reduce((sum, { records }) => sum + records, 0)).toBe(50);
  });
});
