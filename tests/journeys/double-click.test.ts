import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { provinceUrl } from './demo-program.ts';
import { openImport, upload } from './import-page.ts';
import { hasBrowser, openBrowser, signIn } from './people.ts';
import { exported, pupilsOf } from './pupil-files.ts';
import { openReview, openWaiting, registerAll, reviewOf } from './review-page.ts';

const PROVINCE = '44';
const SCHOOL = '2144000004';

describe.skipIf(!hasBrowser)('people click twice', () => {
  const guangdong = provinceUrl(inject('firstPort'), PROVINCE);
  const pupils = pupilsOf(SCHOOL, 12, 606);
  let browser: Browser;
  let head: Page;
  let sent: string[];
  beforeAll(async () => {
    browser = await openBrowser();
    await registerAll(browser, { firstPort: inject('firstPort'), province: PROVINCE, school: SCHOOL }, pupils);
    head = await signIn(browser, guangdong, `ld${SCHOOL}`);
    sent = writesOf(head);
  });
  afterAll(() => browser.close());

  test('1.6 提交注册 is sent once', async () => {
    const registrar = await signIn(browser, guangdong, `xj${SCHOOL}`);
    await openImport(registrar);
    await upload(registrar, '双击.xlsx', await exported(pupilsOf(SCHOOL, 3, 607)));
    const writes = writesOf(registrar);
    await registrar.getByRole('button', { name: '提交注册', exact: true }).dblclick();
    const dialog = registrar.getByRole('dialog');
    const submit = dialog.getByRole('button', { name: '提交注册', exact: true });
    await submit.waitFor();
    // Both clicks in one turn of the page, before it can grey anything: faster than any hand.
    await submit.evaluate((button: HTMLElement) => [0, 1].forEach(() => button.click()));
    await registrar.getByText('已提交学籍注册 3 人').waitFor();
    expect(writes.filter((path) => path.endsWith('/submit'))).toHaveLength(1);
    expect(await refusals(registrar)).toBe(0);
    await registrar.context().close();
  });

  test('1.10 审核通过 decides one pupil, not the one that opens next', async () => {
    await openWaiting(head);
    for (const { name } of pupils.slice(0, 2))
      await head
        .getByRole('row', { name: new RegExp(name!) })
        .getByRole('checkbox')
        .check();
    await head.getByRole('button', { name: '审核', exact: true }).first().click();
    await head.getByText('第 1 / 2 项').waitFor();
    const drawer = head.getByRole('dialog', { name: '小学新生注册审核' });
    // The second click of the double click comes when the next pupil is there already: a fast server, a slow hand.
    const { x, y, width, height } = (await drawer.getByRole('button', { name: /^审核通过/ }).boundingBox())!;
    await head.mouse.move(x + width / 2, y + height / 2);
    await clickWith(head, 1);
    await drawer.getByRole('heading', { level: 2, name: new RegExp(pupils[1]!.name!) }).waitFor();
    await drawer.getByRole('button', { name: /^审核通过/ }).waitFor();
    await clickWith(head, 2);
    await head.getByText('第 2 / 2 项').waitFor();
    await head.getByText('已审核通过', { exact: true }).waitFor();
    await drawer.getByRole('button', { name: /^审核通过/ }).waitFor();
    expect(decided(sent)).toHaveLength(1);
    await head.keyboard.press('Escape');
    await head.getByText('共 14 条').waitFor();
  });

  test('1.10 审核通过 of a single pupil is sent once, and no refusal is shown', async () => {
    sent.length = 0;
    await openReview(head, pupils[4]!.name!);
    const drawer = await reviewOf(head, pupils[4]!.name!);
    await drawer
      .getByRole('button', { name: /^审核通过/ })
      .evaluate((button: HTMLElement) => [0, 1].forEach(() => button.click()));
    await drawer.waitFor({ state: 'hidden' });
    await head.getByText('共 13 条').waitFor();
    expect(decided(sent)).toHaveLength(1);
    expect(await refusals(head)).toBe(0);
  });

  test('1.10 全部审核通过 begins one task', async () => {
    sent.length = 0;
    await head.getByRole('button', { name: '全部审核', exact: true }).first().dblclick();
    const dialog = head.getByRole('dialog');
    await dialog.getByRole('button', { name: '全部审核通过', exact: true }).dblclick();
    await dialog.getByRole('status').filter({ hasText: '已完成：13 / 13 人' }).waitFor();
    expect(sent.filter((path) => path.endsWith('/decide-many'))).toHaveLength(1);
  });
});

function decided(sent: readonly string[]): string[] {
  return sent.filter((path) => path.endsWith('/decide'));
}

/** One click where the mouse is, as the so manieth of its series. */
async function clickWith(page: Page, clickCount: number): Promise<void> {
  await page.mouse.down({ clickCount });
  await page.mouse.up({ clickCount });
}

/** Messages and alerts of any kind that tell of something that went wrong. */
function refusals(page: Page): Promise<number> {
  return page.locator('.ant-message-error, .ant-alert-error').count();
}

/** The paths of the writes that a page sends from now on. */
function writesOf(page: Page): string[] {
  const paths: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') paths.push(new URL(request.url()).pathname);
  });
  return paths;
}
