import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { DEMO_PASSWORD } from '../../deploy/demo/accounts.ts';
import { provinceUrl } from './demo-program.ts';
import { pupilsOf } from './pupil-files.ts';
import { openReview, openReviewRow, registerAll } from './review-page.ts';
import {
  decideAll,
  expectAccessible,
  giveCredentials,
  hasBrowser,
  openBrowser,
  openFromMenu,
  signIn,
} from './people.ts';

const SCHOOL = '2146000006';
const OPINION = '材料齐全，班级信息已与家长核对';

describe.skipIf(!hasBrowser)('what goes wrong between a person and the page', () => {
  const hainan = provinceUrl(inject('firstPort'), '46');
  const pupils = pupilsOf(SCHOOL, 12, 404);
  let browser: Browser;
  let head: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    await registerAll(browser, { firstPort: inject('firstPort'), province: '46', school: SCHOOL }, pupils);
    head = await signIn(browser, hainan, `ld${SCHOOL}`);
  });
  afterAll(() => browser.close());

  test('a session that ends under a review is taken up again over the page, with the opinion still there', async () => {
    const drawer = await openReview(head, pupils[0]!.name!);
    await expectAccessible(head);
    await drawer.getByLabel('审核意见').fill(OPINION);
    await head.context().clearCookies();
    await drawer.getByRole('button', { name: /^审核通过/ }).click();
    const again = head.getByRole('dialog', { name: '登录已失效，请重新登录' });
    await again.getByLabel('密码', { exact: true }).fill(DEMO_PASSWORD);
    await expectAccessible(head);
    await again.getByRole('button', { name: '登录', exact: true }).click();
    await head.getByText('已审核通过', { exact: true }).waitFor();
    const registrar = await signIn(browser, hainan, `xj${SCHOOL}`);
    await openFromMenu(registrar, '学籍注册查询');
    await registrar
      .getByRole('row', { name: new RegExp(pupils[0]!.name!) })
      .getByRole('button', { name: '查看' })
      .click();
    await registrar.getByText(OPINION).waitFor();
    await expectAccessible(registrar);
    await registrar.context().close();
  });

  test('somebody else signs in in another tab: this page asks who it is before it goes on, and that one then as well', async () => {
    const other = await head.context().newPage();
    await head.context().clearCookies();
    await other.goto(hainan);
    await giveCredentials(other, `xj${SCHOOL}`);
    const again = head.getByRole('dialog', { name: '登录已失效，请重新登录' });
    await again.getByText(/另一窗口已换成其他账号登录/).waitFor();
    await again.getByLabel('密码', { exact: true }).fill(DEMO_PASSWORD);
    await again.getByRole('button', { name: '登录', exact: true }).click();
    await again.waitFor({ state: 'hidden' });
    await other.getByText(/另一窗口已换成其他账号登录/).waitFor();
    await other.close();
    await head.keyboard.press('Escape');
  });

  test('what another window has decided meanwhile is told, and is not decided twice', async () => {
    const drawer = await openReview(head, pupils[1]!.name!);
    const other = await head.context().newPage();
    // The first window is asleep: nothing new reaches it until it acts.
    await head.route('**/api/registrations/**', (route) =>
      route.request().method() === 'GET' ? route.abort() : route.continue(),
    );
    await other.goto(head.url());
    const second = await openReviewRow(other, pupils[1]!.name!);
    await second.getByRole('button', { name: /^审核通过/ }).click();
    await other.getByText('已审核通过', { exact: true }).waitFor();
    await drawer.getByRole('button', { name: /^审核通过/ }).click();
    await drawer.getByRole('alert').filter({ hasText: /处理/ }).waitFor();
    await head.unroute('**/api/registrations/**');
    await other.close();
    await head.keyboard.press('Escape');
  });

  test('a refusal needs an opinion', async () => {
    const drawer = await openReview(head, pupils[2]!.name!);
    await drawer.getByRole('button', { name: '审核不通过' }).click();
    await drawer.getByRole('alert').filter({ hasText: '审核不通过时须填写审核意见' }).waitFor();
    await head.keyboard.press('Escape');
  });

  test('1.11, 1.12 report and the bureau’s review end with numbers', async () => {
    const registrar = await signIn(browser, hainan, `xj${SCHOOL}`);
    await openFromMenu(registrar, '小学新生注册上报');
    await expectAccessible(registrar);
    const bureau = await signIn(browser, hainan, 'xj460108');
    await bureau.getByText('没有待办业务').waitFor();
    const reported = /(\d+) \/ \d+ 人/.exec(await decideAll(registrar, '上报'))![1]!;
    // The home page itself looks again only every minute: it was told.
    await bureau
      .getByRole('link', { name: new RegExp(`小学新生注册审核\\s*${reported}`) })
      .waitFor({ timeout: 10_000 });
    for (const page of [registrar, bureau]) await page.context().close();
  });
});
