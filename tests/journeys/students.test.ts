import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { provinceUrl } from './demo-program.ts';
import { expectAccessible, hasBrowser, openBrowser, openFromMenu, signIn } from './people.ts';

const SCHOOL = '2144000006';

describe.skipIf(!hasBrowser)('学生信息查询, from the list to one record', () => {
  const url = provinceUrl(inject('firstPort'), '44');
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await signIn(browser, url, `xj${SCHOOL}`);
  });
  afterAll(() => browser.close());

  test('15.1 conditions stand in the address, and what cannot be asked is said', async () => {
    await openFromMenu(page, '学生信息查询');
    await page.getByRole('row').nth(2).waitFor();
    await expectAccessible(page);
    await page.getByLabel('年级').fill('2024');
    await page.getByRole('button', { name: '查询', exact: true }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('cohort')).toBe('2024');
    await page
      .getByRole('row', { name: /小学2024级/ })
      .first()
      .waitFor();
    await page.getByLabel('年级').fill('三年级');
    await page.getByLabel('年级').press('Enter');
    await page.getByText('请填写四位的入学年份，如 2023').waitFor();
    await expectAccessible(page);
    await page.getByLabel('年级').fill('1999');
    await page.getByLabel('年级').press('Enter');
    await page.getByText('没有符合查询条件的数据').waitFor();
    await page.getByRole('button', { name: '重置' }).click();
  });

  test('15.1 a record by keyboard: every tab, the numbers for a reason, and back to the list as it was', async () => {
    await page.getByLabel('年级').fill('2023');
    await page.getByLabel('年级').press('Enter');
    await page
      .getByRole('row', { name: /小学2023级/ })
      .first()
      .waitFor();
    await page.getByRole('link', { name: '查看' }).first().press('Enter');
    for (const tab of ['基本信息', '家庭成员', '学籍变动情况', '证明材料']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel', { name: tab }).waitFor();
      await expectAccessible(page);
    }
    await page.getByRole('button', { name: '查看完整号码' }).press('Enter');
    await page.getByLabel('查看原因').fill('家长办理转学，需要学籍号');
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: '查看', exact: true }).click();
    await page.getByLabel('学籍概况').getByRole('status').waitFor();
    await page.goBack();
    expect(new URL(page.url()).searchParams.get('cohort')).toBe('2023');
    await page
      .getByRole('row', { name: /小学2023级/ })
      .first()
      .waitFor();
  });
});
