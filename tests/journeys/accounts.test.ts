import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { hotp, stepAt } from '../../shared/account/totp.ts';
import { linesOf, rowsOfFile } from '../world/sheets.ts';
import { provinceUrl } from './demo-program.ts';
import { expectAccessible, giveCredentials, hasBrowser, openBrowser, openFromMenu, signIn } from './people.ts';

const ADMIN = 'gl460202';
const SCHOOL = '2146000011';
const NAME = `zhou.${SCHOOL}`;
const CHOSEN = 'Quiet-river-42';

describe.skipIf(!hasBrowser)('21 a county’s system admin and a new registrar', () => {
  const hainan = provinceUrl(inject('firstPort'), '46');
  let browser: Browser;
  let admin: Page;
  let registrar: Page;
  let issued: string;
  beforeAll(async () => {
    browser = await openBrowser();
    admin = await signIn(browser, hainan, ADMIN);
  });
  afterAll(() => browser.close());

  /** The password in the dialog that shows it once. */
  async function takeIssued(): Promise<string> {
    const dialog = admin.getByRole('dialog').filter({ hasText: '密码只显示这一次' });
    await dialog.waitFor();
    await expectAccessible(admin);
    const password = await dialog.locator('code').innerText();
    await dialog.getByRole('button', { name: '已记下，关闭' }).click();
    await dialog.waitFor({ state: 'hidden' });
    return password.trim();
  }

  const row = () => admin.getByRole('row', { name: new RegExp(NAME) });

  test('21.2 the account is made at its school, which the search of orgs finds', async () => {
    await openFromMenu(admin, '组织机构');
    await admin.getByLabel('查找机构').fill(SCHOOL);
    await admin.keyboard.press('Enter');
    await admin.getByRole('list', { name: '查找结果' }).getByRole('button').first().click();
    await admin.getByRole('row', { name: new RegExp(`xj${SCHOOL}`) }).waitFor();
    await expectAccessible(admin);
    await admin.getByRole('button', { name: '新建账号' }).click();
    const dialog = admin.getByRole('dialog', { name: '新建账号' });
    await dialog.getByLabel('角色').click();
    await admin.getByTitle('学校学籍管理员', { exact: true }).last().click();
    await dialog.getByLabel('姓名').fill('周晓燕');
    await dialog.getByLabel('账号', { exact: true }).fill(`xj${SCHOOL}`);
    await dialog.getByRole('button', { name: '新建', exact: true }).click();
    await dialog.getByText(`账号 xj${SCHOOL} 已存在`).waitFor();
    await dialog.getByLabel('账号', { exact: true }).fill(NAME);
    await dialog.getByRole('button', { name: '新建', exact: true }).click();
    issued = await takeIssued();
    await row().getByText('尚未首次登录').waitFor();
  });

  test('the issued password opens nothing but its own change', async () => {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    registrar = await context.newPage();
    await registrar.goto(hainan);
    await giveCredentials(registrar, NAME, issued);
    await registrar.getByRole('heading', { name: '请先修改初始密码' }).waitFor();
    await registrar.getByLabel('原密码').fill(issued);
    await registrar.getByLabel('新密码', { exact: true }).fill(CHOSEN);
    await registrar.getByLabel('再次输入新密码').fill(CHOSEN);
    await registrar.getByRole('button', { name: '修改密码' }).click();
    await registrar.getByRole('heading', { name: /您好/ }).waitFor();
  });

  test('a second factor is set up from its QR code’s secret, and asked at the next sign-in', async () => {
    await registrar.getByRole('button', { name: /周晓燕/ }).click();
    await registrar.getByText('动态口令：未启用').click();
    const dialog = registrar.getByRole('dialog', { name: '动态口令' });
    await dialog.getByLabel('登录密码').fill(CHOSEN);
    await dialog.getByRole('button', { name: '下一步' }).click();
    const secret = bytesOf((await dialog.locator('code').innerText()).replace(/\s/g, ''));
    await expectAccessible(registrar);
    await dialog.getByLabel('动态口令', { exact: true }).fill(hotp(secret, stepAt(Date.now())));
    await dialog.getByRole('button', { name: '启用动态口令' }).click();
    await registrar.getByText('动态口令已启用').waitFor();

    await registrar.context().clearCookies();
    await registrar.goto(hainan);
    await giveCredentials(registrar, NAME, CHOSEN);
    await registrar.getByLabel('动态口令').fill(hotp(secret, stepAt(Date.now()) + 1));
    await registrar.getByRole('button', { name: '登录', exact: true }).click();
    await registrar.getByRole('heading', { name: /您好/ }).waitFor();
  });

  test('21.1 forced off, the page asks to sign in again over what is open', async () => {
    await openFromMenu(registrar, '学籍注册查询');
    await registrar.getByRole('textbox', { name: '学生姓名' }).fill('没有查询过的');
    await openFromMenu(admin, '在线用户');
    // The session of before the cookies were cleared is still open on the server.
    await row().nth(1).waitFor();
    await expectAccessible(admin);
    for (const session of await row().all()) await session.getByRole('checkbox').check();
    await admin.getByRole('button', { name: '强制下线', exact: true }).first().click();
    await admin.getByRole('dialog').getByRole('button', { name: '强制下线', exact: true }).click();
    const again = registrar.getByRole('dialog', { name: '登录已失效，请重新登录' });
    await again.getByText(/系统管理员已将您强制下线/).waitFor();
    await expectAccessible(registrar);
    expect(await registrar.getByRole('textbox', { name: '学生姓名' }).inputValue()).toBe('没有查询过的');
    await row().first().waitFor({ state: 'detached' });
  });

  test('21.2 disabled, it cannot sign in and is told who can help; all of it stands in the log', async () => {
    await openFromMenu(admin, '机构用户');
    await admin.getByLabel('账号或姓名').fill(NAME);
    await admin.getByRole('button', { name: '查询', exact: true }).click();
    await row().getByRole('button', { name: '停用' }).click();
    const dialog = admin.getByRole('dialog', { name: '停用' });
    await dialog.getByLabel('停用原因').fill('调离');
    await dialog.getByRole('button', { name: '停用', exact: true }).click();
    await row().getByText('已停用', { exact: true }).waitFor();
    await admin.getByRole('dialog').waitFor({ state: 'detached' });
    await expectAccessible(admin);
    const again = registrar.getByRole('dialog', { name: '登录已失效，请重新登录' });
    await again.getByLabel('密码', { exact: true }).fill(CHOSEN);
    await again.getByRole('button', { name: '登录', exact: true }).click();
    await again.getByText(/如需启用，请联系.*的系统管理员/).waitFor();
    await openFromMenu(admin, '操作日志');
    await admin.getByLabel('操作对象').fill(NAME);
    await admin.getByRole('button', { name: '查询', exact: true }).click();
    for (const title of ['停用账号', '强制下线', '启用动态口令', '新建账号'])
      await admin.getByRole('row', { name: new RegExp(title) }).waitFor();
    await expectAccessible(admin);
  });

  test('the log is exported as it was asked for', async () => {
    const [file] = await Promise.all([
      admin.waitForEvent('download'),
      admin.getByRole('button', { name: '导出 Excel' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^操作日志 [\d-]+\.xlsx$/);
    const content = new Response(readFileSync(await file.path()));
    const lines = linesOf(await rowsOfFile(content, '操作日志'));
    expect(lines.map((line) => line['操作'])).toEqual(expect.arrayContaining(['停用账号', '强制下线', '新建账号']));
    expect(new Set(lines.map((line) => line['操作对象']))).toEqual(new Set([NAME]));
  });
});

/** The bytes of a Base32 text without padding. */
function bytesOf(base32: string): Uint8Array {
  const bits = [...base32].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'));
  return Uint8Array.from(bits.join('').match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
