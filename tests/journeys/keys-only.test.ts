import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { DEMO_PASSWORD } from '../../deploy/demo/accounts.ts';
import { provinceUrl } from './demo-program.ts';
import { expectFocusIn, expectFocusSeen, pressOn, tabTo } from './keyboard.ts';
import { expectAccessible, hasBrowser, openBrowser } from './people.ts';
import { pupilsOf } from './pupil-files.ts';
import { registerAll, reviewOf } from './review-page.ts';

const PROVINCE = '44';
const SCHOOL = '2144000007';
const OPINION = '材料齐全，班级信息已与家长核对';

describe.skipIf(!hasBrowser)('keys alone', () => {
  const guangdong = provinceUrl(inject('firstPort'), PROVINCE);
  const pupils = pupilsOf(SCHOOL, 8, 707);
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    await registerAll(browser, { firstPort: inject('firstPort'), province: PROVINCE, school: SCHOOL }, pupils);
    page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })).newPage();
    page.setDefaultTimeout(30_000);
  });
  afterAll(() => browser.close());

  const button = (name: string | RegExp) =>
    page
      .getByRole('main')
      .getByRole('button', typeof name === 'string' ? { name, exact: true } : { name })
      .first();
  const rowButton = (name: string) =>
    page.getByRole('row', { name: new RegExp(name) }).getByRole('button', { name: '审核', exact: true });
  const main = () => page.getByRole('main');

  test('lead a head from the sign-in through the menu to the list and into a pupil', async () => {
    await signInByKeys(`ld${SCHOOL}`);
    await tabTo(page, page.getByRole('menu').first());
    for (let pressed = 0; pressed < 10 && !(await isOn('小学新生注册审核')); pressed++) await downInMenu();
    await expectFocusSeen(page);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '小学新生注册审核' }).waitFor();
    await pressOn(page, main().getByRole('link', { name: '8', exact: true }).first());
    await page.getByText('共 8 条').waitFor();
    await expectFocusIn(main());
    await pressOn(page, rowButton(pupils[2]!.name!));
    await expectFocusIn(await reviewOf(page, pupils[2]!.name!));
    await page.keyboard.press('Escape');
    await expectFocusIn(rowButton(pupils[2]!.name!));
    await expectFocusSeen(page);
  });

  test('approve a pupil; the focus stays at the list when the pupil has left it', async () => {
    await pressOn(page, rowButton(pupils[2]!.name!));
    const drawer = await reviewOf(page, pupils[2]!.name!);
    await tabTo(page, drawer.getByLabel('审核意见'));
    await page.keyboard.type(OPINION);
    await pressOn(page, drawer.getByRole('button', { name: /^审核通过/ }));
    await page.getByText('共 7 条').waitFor();
    await expectFocusIn(page.getByRole('region', { name: '待办学籍注册' }));
    await expectFocusSeen(page);
    await tabTo(page, rowButton(pupils[0]!.name!));
  });

  test('go through chosen pupils with the arrows and Ctrl+Enter, a key that is held down deciding one', async () => {
    for (const { name } of pupils.slice(0, 2))
      await pressOn(page, page.getByRole('row', { name: new RegExp(name!) }).getByRole('checkbox'), 'Space');
    await tabTo(page, button('审核'), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('第 1 / 2 项').waitFor();
    const first = await page.getByRole('dialog').getByRole('heading', { level: 2 }).innerText();
    await page.keyboard.press('ArrowRight');
    await page.getByText('第 2 / 2 项').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('dialog').getByRole('heading', { level: 2, name: first }).waitFor();
    await page.getByRole('button', { name: /^审核通过/ }).waitFor();
    await page.keyboard.down('Control');
    for (let repeated = 0; repeated < 10; repeated++) await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    await page.keyboard.up('Control');
    await page.getByText('第 2 / 2 项').waitFor();
    await page.getByRole('button', { name: /^审核通过/ }).waitFor();
    await expectFocusIn(page.getByRole('dialog'));
    await page.keyboard.press('Escape');
    await page.getByText('共 6 条').waitFor();
    await expectFocusIn(main());
    await expectFocusSeen(page);
  });

  test('decide all that wait, and come back from the dialog to the page', async () => {
    await tabTo(page, button('全部审核'), 'Shift+Tab');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('审核意见').waitFor();
    await expectAccessible(page);
    await expectFocusIn(dialog.getByLabel('审核意见'));
    await page.keyboard.type(OPINION);
    expect(await dialog.getByLabel('审核意见').inputValue()).toBe(OPINION);
    await pressOn(page, dialog.getByRole('button', { name: '全部审核通过', exact: true }));
    await dialog.getByRole('status').filter({ hasText: '已完成：6 / 6 人' }).waitFor();
    await expectFocusIn(dialog);
    await expectAccessible(page);
    await pressOn(page, dialog.getByRole('button', { name: '关闭', exact: true }).last());
    await page.getByText('没有等待审核的学生').waitFor();
    await expectFocusIn(main());
    await expectFocusSeen(page);
    await expectAccessible(page);
  });

  async function signInByKeys(account: string): Promise<void> {
    await page.goto(guangdong);
    await tabTo(page, page.getByLabel('账号'));
    await page.keyboard.type(account);
    await tabTo(page, page.getByLabel('密码', { exact: true }));
    await page.keyboard.type(DEMO_PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /您好/ }).waitFor();
  }

  /** The menu moves the focus with the frame after the key: a person sees it before they press again. */
  async function downInMenu(): Promise<void> {
    await page.keyboard.press('ArrowDown');
    await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
  }

  function isOn(title: string): Promise<boolean> {
    return page.evaluate((wanted) => document.activeElement?.textContent === wanted, title);
  }
});
