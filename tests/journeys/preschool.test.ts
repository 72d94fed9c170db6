import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { listedFields } from '../../contracts/preschool-rules.ts';
import type { ListedPupil } from '../../contracts/preschool-rules.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { preschoolChildren } from '../../deploy/demo/preschool.ts';
import { preschoolListSheet } from '../../province-node/preschool/sheet.ts';
import { systemClock } from '../../shared/clock.ts';
import { openSpreadsheets } from '../../shared/spreadsheet/spreadsheets.ts';
import { provinceUrl } from './demo-program.ts';
import { downloadTemplate, openImport, upload } from './import-page.ts';
import { bytesOf, expectAccessible, hasBrowser, openBrowser, openFromMenu, signIn } from './people.ts';
import { sheetsOf } from './pupil-files.ts';

const SCHOOL = '2137000006';
const school = demoOrgs(demoProvinces[0]).find(({ id }) => id === SCHOOL)!;
const children = preschoolChildren(school);
/** Found, of two kindergartens, and unknown (deploy/demo/preschool.ts). */
const [found, twice, unknown] = [children[0]!, children[24]!, children[28]!];
const listed = (form: StudentForm): ListedPupil =>
  Object.fromEntries(listedFields.map((field) => [field, form[field]!]));

describe.skipIf(!hasBrowser)('学前调档, from the list to the registration file', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await signIn(browser, provinceUrl(inject('firstPort'), '37'), `xj${SCHOOL}`);
  });
  afterAll(() => browser.close());

  const dialog = (): Locator => page.getByRole('dialog');
  const rowOf = ({ name }: StudentForm): Locator => page.getByRole('row', { name: new RegExp(name!) });
  const list = async (pupils: readonly ListedPupil[], name: string): Promise<void> => {
    const body = openSpreadsheets(systemClock).export(preschoolListSheet, pupils);
    await upload(page, name, Buffer.from(await new Response(body).arrayBuffer()));
  };

  test('1.2 a list is imported from the template: errors stand in the window, a right file is listed and matched', async () => {
    await openFromMenu(page, '学前调档名单管理');
    await page.getByText('名单中还没有学生').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Excel导入' }).first().click();
    await dialog().getByText('请按模板填写').waitFor();
    await expectAccessible(page);
    expect((await downloadTemplate(page)).name).toBe('学前调档名单导入模板.xlsx');
    await list([listed(found), { ...listed(twice), birthDate: '2019-01-01' }], '名单.xlsx');
    await dialog()
      .getByText(/“名单.xlsx”没有导入：2 行中 1 行有错误/)
      .waitFor();
    await dialog()
      .getByText(/与身份证件号中的出生日期.*不一致/)
      .waitFor();
    await expectAccessible(page);
    const [marked] = await Promise.all([
      page.waitForEvent('download'),
      dialog().getByRole('button', { name: '下载标注问题的文件' }).click(),
    ]);
    expect(marked.suggestedFilename()).toBe('名单（问题标注）.xlsx');
    expect((await sheetsOf(await bytesOf(marked)))[1]!.name).toBe('问题清单');

    await list([found, twice, unknown].map(listed), '名单改.xlsx');
    await dialog().getByText('已导入 3 人：已匹配学前学籍 1 人，未查到学前学籍 1 人，待确认学前学籍 1 人').waitFor();
    await dialog().getByRole('button', { name: '关闭' }).last().click();
    await rowOf(unknown).getByText('未查到学前学籍', { exact: true }).waitFor();
    await expectAccessible(page);
  });

  test('1.2 one more by the window: a resident id tells sex and birth date, and is not listed twice', async () => {
    await page.getByRole('button', { name: '新增', exact: true }).click();
    await dialog().getByLabel('姓名').fill(found.name!);
    await dialog().getByLabel('身份证件号', { exact: true }).fill(found.idNumber!);
    await expect.poll(() => dialog().getByLabel('出生日期').inputValue()).toBe(found.birthDate);
    await expectAccessible(page);
    await dialog().getByRole('button', { name: '确定' }).click();
    await dialog().getByText('该身份证件号已在本校名单中').waitFor();
    await dialog().getByRole('button', { name: '关闭' }).last().click();
  });

  test('1.3 one of two preschool records is confirmed', async () => {
    await rowOf(twice).getByRole('button', { name: '待确认学前学籍', exact: true }).click();
    await dialog().getByRole('radio').first().waitFor();
    await expectAccessible(page);
    await dialog().getByRole('radio').first().check();
    await dialog().getByRole('button', { name: '确认匹配学前学籍', exact: true }).click();
    await rowOf(twice).getByText('已匹配学前学籍', { exact: true }).waitFor();
  });

  test('1.5 the form is completed on the ground of the preschool record', async () => {
    await openFromMenu(page, '学前档案信息补录');
    await rowOf(found).getByText('未补录', { exact: true }).waitFor();
    await expectAccessible(page);
    await rowOf(found).getByRole('link', { name: '学籍信息补录' }).click();
    await page.getByRole('heading', { level: 1, name: '学籍信息补录' }).waitFor();
    expect(await page.getByLabel('现住址').first().inputValue()).toBe(found.address);
    await expectAccessible(page);
    await page.getByLabel('班号').fill('01');
    await page.getByLabel('入学年月').fill('202609');
    await page.getByLabel('入学年月').press('Tab');
    await page.getByLabel('入学方式').click();
    await page.locator('.ant-select-item-option', { hasText: '就近入学' }).click();
    await page.getByLabel('就读方式').click();
    await page.locator('.ant-select-item-option', { hasText: '走读' }).click();
    await page.getByRole('button', { name: /^保存 Ctrl/ }).click();
    await rowOf(found).getByText('已补录', { exact: true }).waitFor();
  });

  test('1.4 it is exported, and passes the registration import as it is', async () => {
    await openFromMenu(page, '学前调档名单管理');
    await rowOf(found).getByRole('checkbox').check();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '调档学生导出', exact: true }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('居民身份证调档学生导出.xlsx');
    await openImport(page);
    await upload(page, file.suggestedFilename(), Buffer.from(await bytesOf(file)));
    await page.getByText('校验通过，待提交', { exact: true }).waitFor();
  });
});
