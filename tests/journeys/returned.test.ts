import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { provinceUrl } from './demo-program.ts';
import { handIn, post } from './entry-page.ts';
import { expectAccessible, giveCredentials, hasBrowser, openBrowser, signIn } from './people.ts';
import { pupilsOf } from './pupil-files.ts';
import { openReview, registerAll } from './review-page.ts';

const SCHOOL = '2146000014';
const BUREAU = '460203';
const OPINION = '现住址请核实';
const SECOND = { name: `ld2.${SCHOOL}`, personName: '符海燕', role: 'school-head', orgId: SCHOOL };
const CHOSEN = 'Quiet-river-42';

describe.skipIf(!hasBrowser)('1.10 what came back, and two who decide the same', () => {
  const hainan = provinceUrl(inject('firstPort'), '46');
  const pupils = pupilsOf(SCHOOL, 2, 909);
  const [returned, both] = pupils.map(({ name }) => name!) as [string, string];
  let browser: Browser;
  let head: Page;
  let registrar: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    await registerAll(browser, { firstPort: inject('firstPort'), province: '46', school: SCHOOL }, pupils);
    head = await signIn(browser, hainan, `ld${SCHOOL}`);
    registrar = await signIn(browser, hainan, `xj${SCHOOL}`);
  });
  afterAll(() => browser.close());

  test('the registrar is reminded of it, mends it from the home page, and sees where it stands', async () => {
    const drawer = await openReview(head, returned);
    await drawer.getByLabel('审核意见').fill(OPINION);
    await drawer.getByRole('button', { name: '审核不通过' }).click();
    await head.getByText('已退回', { exact: true }).first().waitFor();
    const reminder = registrar.getByRole('region', { name: '提醒' });
    await reminder.getByRole('link', { name: /小学新生注册：1 人审核不通过被退回/ }).waitFor();
    await registrar.getByRole('row', { name: new RegExp(`${returned}.*已退回.*退回修改`) }).waitFor();
    await expectAccessible(registrar);
    await reminder.getByRole('link').click();
    await registrar
      .getByRole('row', { name: new RegExp(OPINION) })
      .getByRole('link', { name: '修改' })
      .click();
    await registrar.getByText(`审核不通过：${OPINION}`).waitFor();
    await registrar.getByLabel('现住址', { exact: true }).first().fill('解放路9号');
    await handIn(registrar);
    await registrar.getByText(/没有退回的学籍注册/).waitFor();
    await expectAccessible(registrar);
    await registrar.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '首页' }).click();
    await reminder.waitFor({ state: 'detached' });
    await registrar
      .getByRole('region', { name: '我发起的' })
      .getByRole('link', { name: '小学新生注册办理中 2' })
      .click();
    await registrar.getByText('共 2 条').waitFor();
    expect(new URL(registrar.url()).search).toContain('state=in-review');
  });

  test('of two heads the slower is told who has decided, and what', async () => {
    const admin = await signIn(browser, hainan, `gl${BUREAU}`);
    const { password } = await post<{ password: string }>(admin, '/api/accounts/create', SECOND);
    await admin.context().close();
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    const other = await context.newPage();
    await other.goto(hainan);
    await giveCredentials(other, SECOND.name, password);
    await other.getByLabel('原密码').fill(password);
    await other.getByLabel('新密码', { exact: true }).fill(CHOSEN);
    await other.getByLabel('再次输入新密码').fill(CHOSEN);
    await other.getByRole('button', { name: '修改密码' }).click();
    await other.getByRole('heading', { name: /您好/ }).waitFor();

    const mine = await openReview(head, both);
    const theirs = await openReview(other, both);
    await theirs.getByRole('button', { name: /^审核通过/ }).click();
    await other.getByText('已审核通过', { exact: true }).waitFor();
    await mine.getByRole('button', { name: /^审核通过/ }).click();
    await mine
      .getByRole('alert')
      .filter({ hasText: `${SECOND.personName}处理（审核通过）` })
      .waitFor();
    // What is shown is where it stands now.
    await mine
      .getByText(/当前处理单位是/)
      .first()
      .waitFor();
    await expectAccessible(head);
    await context.close();
  });
});
