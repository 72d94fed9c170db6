import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { SHEET_BYTES_MAX } from '../../contracts/core/sheet.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { workbookEntries, zipOf } from '../spreadsheet/workbooks.ts';
import { provinceUrl } from './demo-program.ts';
import { openImport, upload } from './import-page.ts';
import { pupilsOf, titles, written } from './pupil-files.ts';
import { expectAccessible, hasBrowser, openBrowser, openFromMenu, signIn } from './people.ts';

const SCHOOL = '2144000003';
const MB = 1024 * 1024;

describe.skipIf(!hasBrowser)('files that registrars upload by mistake', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await signIn(browser, provinceUrl(inject('firstPort'), '44'), `xj${SCHOOL}`);
  });
  afterAll(() => browser.close());
  const pupils = pupilsOf(SCHOOL, 12, 202);

  test('what is no Excel file, empty or too large is refused at the field, before it is sent', async () => {
    await openImport(page);
    const refused: [name: string, file: Buffer, told: string][] = [
      ['一年级.txt', Buffer.from('姓名'), '“一年级.txt”不是 .xlsx 文件，请另存为这种格式后重新选择'],
      ['空.xlsx', Buffer.alloc(0), '“空.xlsx”是空文件，请填写后重新选择'],
      ['太大.xlsx', Buffer.alloc(SHEET_BYTES_MAX + MB, 'PK'), '“太大.xlsx”有 21 MB，最大 20 MB，请分成几个文件上传'],
    ];
    for (const [name, file, told] of refused) {
      await upload(page, name, file);
      await page.getByRole('alert').filter({ hasText: told }).waitFor();
    }
    await page.getByText('还没有上传过文件').waitFor();
  });

  test('what only the server can tell stands on the upload: text renamed, a zip bomb, missing columns', async () => {
    const bomb = zipOf({ ...workbookEntries(''), 'xl/sharedStrings.xml': Buffer.alloc(60 * MB, 'a') });
    const narrow = titles.filter((title) => title !== '班号' && title !== '姓名');
    const unreadable: [name: string, file: Buffer, told: RegExp[]][] = [
      ['改名.xlsx', Buffer.from('姓名,性别\n张三,男\n'.repeat(100)), [/不是 Excel 文件，请使用下载的模板填写/]],
      ['炸弹.xlsx', bomb, [/解压后过大，请删除多余的工作表和空白行列/]],
      [
        '缺列.xlsx',
        await written(pupils, undefined, narrow),
        ['姓名', '班号'].map((title) => new RegExp(`第1行：缺少列“${title}”，请不要删除或改名模板中的列`)),
      ],
    ];
    for (const [name, file, told] of unreadable) {
      await openImport(page);
      await upload(page, name, file);
      const alert = page.getByRole('alert').filter({ hasText: '文件无法读取' });
      for (const one of told) await alert.filter({ hasText: one }).waitFor();
      await page.getByText(/选择修改后的 Excel 文件/).waitFor();
    }
    await expectAccessible(page);
    await openImport(page);
    for (const [name] of unreadable)
      await page.getByRole('row', { name: new RegExp(`${name}.*文件无法读取`) }).waitFor();
  });

  test('what Excel or a slip has spoilt is told in its cell; none of the file is registered', async () => {
    await openImport(page);
    const spoil: Record<number, (cells: Record<string, string | number>) => void> = {
      0: (cells) => (cells['身份证件号'] = Number(String(cells['身份证件号']).replace('X', '0'))),
      1: (cells) => (cells['姓名'] = '欧\ufffd华'),
      2: (cells) => (cells['民族'] = '汗族'),
      3: (cells) => (cells['联系电话'] = 1.38e10),
      4: (cells) => (cells['学校标识码'] = '2144000004'),
      5: (cells) => (cells['身份证件号'] = flipLast(String(cells['身份证件号']))),
    };
    const twice: StudentForm[] = [...pupils, pupils[10]!];
    const file = await written(twice, (cells, at) => spoil[at]?.(cells));
    await upload(page, '问题.xlsx', file);
    await page.getByText('校验未通过', { exact: true }).waitFor();
    const grid = page.getByRole('region', { name: '上传文件详情' });
    const told: [row: number, message: RegExp][] = [
      [2, /该单元格被 Excel 存成了数字，可能已丢失位数/],
      [3, /含有无法识别的字符/],
      [4, /民族中没有“汗族”/],
      [5, /该单元格被 Excel 存成了数字/],
      [6, /不是本校的学校标识码[\s\S]*2144000003/],
      [7, /校验位/],
      [12, /身份证件号与第14行重复/],
      [14, /身份证件号与第12行重复/],
    ];
    for (const [row, message] of told)
      expect(
        await grid
          .getByRole('row')
          .filter({ has: page.getByRole('cell', { name: String(row), exact: true }) })
          .first()
          .innerText(),
        `row ${row}`,
      ).toMatch(message);
    await expectAccessible(page);
    await openFromMenu(page, '学籍注册查询');
    await page.getByText('还没有学籍注册').waitFor();
  });

  test('columns moved, full-width digits, a small x, blanks at the ends and dates as Excel keeps them are accepted', async () => {
    await openImport(page);
    const moved = [...titles.slice(30), ...titles.slice(0, 30)];
    const file = await written(
      pupils,
      (cells) => {
        cells['身份证件号'] = `${fullWidth(String(cells['身份证件号'])).replace('Ｘ', 'x')}  `;
        cells['姓名'] = ` ${cells['姓名']}　`;
        cells['联系电话'] = fullWidth(String(cells['联系电话']));
        cells['出生日期'] = excelDay(String(cells['出生日期']));
        cells['入学年月'] = 202609;
        cells['上下学距离'] = 1.5;
      },
      moved,
    );
    await upload(page, '粘贴.xlsx', file);
    await page.getByText('校验通过，待提交', { exact: true }).waitFor();
    await expectAccessible(page);
  });
});

/** The check character of a resident id number made wrong. */
function flipLast(idNumber: string): string {
  return idNumber.slice(0, 17) + (idNumber.endsWith('1') ? '2' : '1');
}

function fullWidth(text: string): string {
  return text.replace(/[0-9A-Z]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
}

/** `20200315` as the number that Excel keeps for a date. */
function excelDay(digits: string): number {
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  return (Date.parse(date) - Date.UTC(1899, 11, 30)) / 86_400_000;
}
