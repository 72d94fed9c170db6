import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { provinceUrl } from './demo-program.ts';
import { submit, openImport, upload } from './import-page.ts';
import { decideAll, expectAccessible, hasBrowser, openBrowser, openFromMenu, signIn } from './people.ts';
import { exported, pupilsOf } from './pupil-files.ts';

/** The only one of its county with a story. */
const SCHOOL = '2144000011';
const BUREAU = '440402';
/** Of another county. */
const DESTINATION = '2144000014';

describe.skipIf(!hasBrowser)('学生信息查询, from the list to one record', () => {
  const url = provinceUrl(inject('firstPort'), '44');
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await signIn(browser, url, `xj${SCHOOL}`);
  });
  afterAll(() => browser.close());

  const pupils = pupilsOf(SCHOOL, 3, 151);
  const rowOf = (name: string) => page.getByRole('row', { name: new RegExp(name) });

  test('15.1 pupils are there when the last one has approved, and the open list learns it by itself', async () => {
    await openImport(page);
    await upload(page, '一年级.xlsx', await exported(pupils));
    await page.getByText('校验通过，待提交', { exact: true }).waitFor();
    await submit(page);
    await page.getByText('已提交学籍注册 3 人').waitFor();
    await page.getByRole('link', { name: /查看这些学生/ }).click();
    await page.getByText('本次导入的 3 人已全部完成查重认证').waitFor({ timeout: 60_000 });
    const head = await signIn(browser, url, `ld${SCHOOL}`);
    await openFromMenu(head, '小学新生注册审核');
    await decideAll(head, '审核');
    await openFromMenu(page, '小学新生注册上报');
    await decideAll(page, '上报');
    await openFromMenu(page, '学生信息查询');
    await page.getByText('还没有学生').waitFor();
    await expectAccessible(page);
    const bureau = await signIn(browser, url, `xj${BUREAU}`);
    await openFromMenu(bureau, '小学新生注册审核');
    await decideAll(bureau, '审核');
    await rowOf(pupils[0]!.name!).waitFor();
    await expectAccessible(page);
  });

  test('15.1 conditions stand in the address, and what cannot be asked is said', async () => {
    const grade = page.getByLabel('年级', { exact: true });
    await grade.fill('2026');
    await page.getByRole('button', { name: '查询', exact: true }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('cohort')).toBe('2026');
    await page.getByText('共 3 条').waitFor();
    await grade.fill('三年级');
    await grade.press('Enter');
    await page.getByText('请填写四位的入学年份，如 2023').waitFor();
    await expectAccessible(page);
    await grade.fill('1999');
    await grade.press('Enter');
    await page.getByText('没有符合查询条件的数据').waitFor();
    await grade.fill('2026');
    await grade.press('Enter');
    await page.getByText('共 3 条').waitFor();
  });

  test('15.1 a record by keyboard: every tab, the numbers for a reason, and back to the list as it was', async () => {
    const [{ name, idNumber }] = pupils as [{ name: string; idNumber: string }];
    await rowOf(name).getByRole('link', { name: '查看' }).press('Enter');
    await page.getByRole('heading', { level: 1, name }).waitFor();
    for (const tab of ['家庭成员', '学籍变动情况', '证明材料', '基本信息']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel', { name: tab }).waitFor();
      await expectAccessible(page);
    }
    expect(await page.locator('main').innerText()).not.toContain(idNumber.slice(6, 14));
    await page.getByRole('button', { name: '查看完整号码' }).press('Enter');
    await page.getByLabel('查看原因').fill('家长办理转学，需要学籍号');
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: '查看', exact: true }).click();
    const shown = page.getByLabel('学籍概况').getByRole('status');
    expect((await shown.innerText()).replace(/\s/g, '')).toContain(`G${idNumber}`);
    await page.goto(`${url}/students?cohort=2026`);
    await rowOf(name).getByRole('link', { name: '查看' }).click();
    await page.getByRole('button', { name: '返回列表' }).click();
    await page.getByText('共 3 条').waitFor();
    expect(new URL(page.url()).searchParams.get('cohort')).toBe('2026');
  });

  test('7.2 another school applies for one of them, both sides decide, and each page is accessible', async () => {
    const [, { name, idNumber }] = pupils as [unknown, { name: string; idNumber: string }];
    const applicant = await signIn(browser, url, `xj${DESTINATION}`);
    await openFromMenu(applicant, '省内转学申请');
    await applicant.getByLabel('全国学籍号').fill(`g${idNumber}`);
    await applicant.getByLabel('姓名').fill(name);
    await applicant.getByLabel('姓名').press('Enter');
    await applicant.getByRole('button', { name: '提交申请' }).click();
    await applicant.getByText('请选择转学理由').waitFor();
    await expectAccessible(applicant);
    await applicant.getByLabel('转学理由').click();
    await applicant.locator('.ant-select-item-option', { hasText: '户籍迁移' }).click();
    await applicant.getByLabel('说明').fill('户口迁入斗门区');
    await applicant.getByRole('button', { name: '提交申请' }).click();
    await applicant.getByRole('dialog').getByText('转学申请').first().waitFor();
    await expectAccessible(applicant);

    for (const account of [`ld${DESTINATION}`, 'xj440403', `ld${SCHOOL}`, `xj${BUREAU}`]) {
      const decider = await signIn(browser, url, account);
      await openFromMenu(decider, '省内转学审核');
      await decider
        .getByRole('row', { name: new RegExp(name) })
        .getByRole('button', { name: '审核' })
        .click();
      await decider.getByRole('button', { name: /^审核通过/ }).waitFor();
      await expectAccessible(decider);
      await decider.getByRole('button', { name: /^审核通过/ }).click();
      await decider.getByText('没有等待审核的省内转学申请').waitFor();
      await decider.context().close();
    }
    await applicant.getByRole('dialog').getByRole('button', { name: '关闭' }).first().click();
    await applicant.getByText('已通过', { exact: true }).waitFor();
    await expectAccessible(applicant);
    await openFromMenu(applicant, '学生信息查询');
    await applicant.getByRole('row', { name: new RegExp(`${name}.*待分班`) }).waitFor();
  });
});
