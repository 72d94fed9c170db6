import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { fieldText } from '../../contracts/student-rules.ts';
import type { StudentField, StudentForm } from '../../contracts/student-form.ts';
import { workbook } from '../../tests/spreadsheet/workbooks.ts';
import { pupils } from '../../tests/world/registration.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';
import { systemRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import { ProvinceSettings } from '../config.ts';
import { migrations } from '../migrations/index.ts';
import type { ProvinceDb } from '../schema.ts';
import { importPreschool } from './import-command.ts';
import { preschoolRecordSheet } from './load-records.ts';
import type { RecordRow } from './load-records.ts';
import { tableOfPreschoolRecords } from './records.ts';

const folder = mkdtempSync(join(tmpdir(), 'xueji-records-'));
afterAll(() => rmSync(folder, { recursive: true }));
let data = 0;
beforeEach(() => void data++);

const settings = () =>
  ProvinceSettings.parse({
    dataFolder: join(folder, `data-${data}`),
    port: 0,
    province: '37',
    hubFingerprint: Array.from({ length: 16 }, () => 'abcd').join('-'),
    masterSecret: 'ab'.repeat(32),
  });

const titles = preschoolRecordSheet.columns.map(({ title }) => title);
const cellsOf = (row: RecordRow): string[] =>
  preschoolRecordSheet.columns.map(({ key }) => {
    const value = row[key as keyof RecordRow];
    const isItem = !['recordKey', 'kindergartenName', 'kindergartenRegion'].includes(key);
    return value === undefined || !isItem ? (value ?? '') : fieldText(key as StudentField, value);
  });
const kindergarten = { kindergartenName: '泉城,幼儿园', kindergartenRegion: '370102000000' };
const rowsOf = (forms: readonly StudentForm[]): RecordRow[] =>
  forms.map((form, at) => ({ ...form, ...kindergarten, recordKey: `K${at}` }));

function csvFile(rows: readonly string[][]): string {
  const file = join(folder, `records-${data}.csv`);
  const text = [titles, ...rows].map((cells) => cells.map((cell) => `"${cell}"`).join(',')).join('\r\n');
  writeFileSync(file, `\uFEFF${text}`);
  return file;
}

async function found(pupil: StudentForm) {
  const { dataFolder, masterSecret } = settings();
  const store = openStore<ProvinceDb>(join(dataFolder, 'node.db'));
  await migrate(store, migrations);
  const records = tableOfPreschoolRecords(store.read, openVault(Buffer.from(masterSecret, 'hex'), systemRandom));
  const [of] = await records.findEach([pupil]);
  const form = await records.formsOf((of ?? []).map(({ id }) => id));
  await store.close();
  return { records: of ?? [], form: form.get(of?.[0]?.id ?? '') };
}

const quiet = (): void => undefined;

describe('import-preschool', () => {
  test('loads a CSV file, twice with one effect, and a later file overwrites by the record’s own key', async () => {
    const forms = pupils(401, 450);
    const file = csvFile(rowsOf(forms).map(cellsOf));
    expect(await importPreschool(settings(), file, quiet)).toEqual({ rows: 450, loaded: 450, refused: 0, leftOut: 0 });
    await importPreschool(settings(), file, quiet);
    const { records, form } = await found(forms[7]!);
    expect(records).toMatchObject([{ name: forms[7]!.name, kindergartenName: '泉城,幼儿园', document: 'same' }]);
    expect(form).toMatchObject({ address: forms[7]!.address, member1Name: forms[7]!.member1Name });
    writeFileSync(
      file,
      [titles, cellsOf({ ...rowsOf(forms)[7]!, address: '新址' })]
        .map((row) => row.join(','))
        .join('\n')
        .replace('泉城,', '泉城'),
    );
    await importPreschool(settings(), file, quiet);
    expect(await found(forms[7]!)).toMatchObject({ records: [{}], form: { address: '新址' } });
  }, 60_000);

  test('refused rows are told with their reasons, the others loaded; a wrong item is left out of a right record', async () => {
    const [good, wrong, nameless] = pupils(402, 3) as [StudentForm, StudentForm, StudentForm];
    const rows = rowsOf([{ ...good, phone: '12' }, { ...wrong, birthDate: '2019-01-01' }, nameless]).map(cellsOf);
    rows[2]![titles.indexOf('姓名')] = '';
    const file = csvFile(rows);
    expect(await importPreschool(settings(), file, quiet)).toEqual({ rows: 3, loaded: 1, refused: 2, leftOut: 1 });
    const report = readFileSync(`${file}.refused.csv`, 'utf8').split('\n');
    expect(report[1]).toMatch(/^3,"出生日期：与身份证件号中的出生日期/);
    expect(report[2]).toBe('4,"姓名：姓名必填，请填写"');
    const { records, form } = await found(good);
    expect(records).toHaveLength(1);
    expect(form).toMatchObject({ address: good.address });
    expect(form).not.toHaveProperty('phone');
  });

  test('reads XLSX, and refuses a file without the columns, saying which', async () => {
    const [pupil] = pupils(403, 1) as [StudentForm];
    const file = join(folder, 'records.xlsx');
    const texts = [titles, ...rowsOf([pupil]).map(cellsOf)];
    writeFileSync(file, await workbook(texts));
    expect(await importPreschool(settings(), file, quiet)).toMatchObject({ loaded: 1, refused: 0 });
    const bad = join(folder, 'bad.csv');
    writeFileSync(bad, '姓名\n王小明\n');
    await expect(importPreschool(settings(), bad, quiet)).rejects.toMatchObject({
      detail: expect.stringContaining('缺少列“学前学籍号”'),
    });
  });

  test('finds nobody by another number of the same kind, and by name only who has no such number', async () => {
    const [pupil, other] = pupils(404, 2) as [StudentForm, StudentForm];
    const { idNumber: _, ...undocumented } = { ...pupil, idType: 'Z' };
    const sameName = { ...other, name: pupil.name!, sex: pupil.sex!, birthDate: pupil.birthDate! };
    await importPreschool(settings(), csvFile(rowsOf([pupil, undocumented]).map(cellsOf)), quiet);
    expect((await found(pupil)).records.map(({ document }) => document)).toEqual(['same', 'differs']);
    expect((await found(sameName)).records.map(({ document }) => document)).toEqual(['differs']);
    expect((await found(undocumented)).records.map(({ document }) => document).toSorted()).toEqual([
      'both-none',
      'differs',
    ]);
  });
});
