import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import type { Browser, Download, Page } from 'playwright-core';
import { expect } from 'vitest';
import { DEMO_PASSWORD } from '../../deploy/demo/accounts.ts';

/** Where Debian puts it; elsewhere the journeys do not run. */
const CHROMIUM = '/usr/bin/chromium';
export const hasBrowser = existsSync(CHROMIUM);
export const hasBroker = spawnSync('nats-server', ['--version']).status === 0;

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

const openPages = new Set<Page>();

/** The address, the text and the complaints of every page that is open. */
export async function tellOpenPages(): Promise<void> {
  for (const page of openPages) {
    const text = await page
      .locator('body')
      .innerText({ timeout: 2_000 })
      .catch(() => '(no text)');
    console.log(`${page.url()}\n${text.replace(/\s*\n\s*/g, ' | ')}`);
  }
}

/** A person at an old PC, signed in. */
export async function signIn(browser: Browser, url: string, account: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
  const page = await context.newPage();
  openPages.add(page);
  page.on('close', () => openPages.delete(page));
  page.on('pageerror', (error) => console.log(`${account}, ${page.url()}: ${error.stack ?? error.message}`));
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  await giveCredentials(page, account);
  await page.getByRole('heading', { name: /您好/ }).waitFor();
  return page;
}

export async function giveCredentials(page: Page, account: string, password = DEMO_PASSWORD): Promise<void> {
  await page.getByLabel('账号').fill(account);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

/** Beside the first, which is open. */
const menuGroups = [
  '全国学籍',
  '日常管理',
  '问题学籍管理',
  '学籍异动',
  '综合查询',
  '跨省转学',
  '系统管理',
  '系统设置',
  '业务配置',
];

/** Opens a page from the menu; its groups open on the way. */
export async function openFromMenu(page: Page, title: string): Promise<void> {
  const menu = page.getByRole('navigation', { name: '菜单' });
  const link = menu.getByRole('link', { name: title, exact: true });
  for (const group of menuGroups) {
    const entry = menu.getByRole('menuitem', { name: group, expanded: false });
    if (!(await link.isVisible()) && (await entry.isVisible())) await entry.click();
  }
  await link.click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

/** The titles of the pages that the menu offers, all groups opened. */
export async function menuTitles(page: Page): Promise<string[]> {
  const menu = page.getByRole('navigation', { name: '菜单' });
  for (const group of menuGroups) {
    const entry = menu.getByRole('menuitem', { name: group, expanded: false });
    if (await entry.isVisible()) await entry.click();
  }
  return menu.getByRole('link').allInnerTexts();
}

export async function bytesOf(download: Download): Promise<Uint8Array> {
  return readFileSync(await download.path());
}

/** 全部审核, 全部上报 on the page that is open, to its end. */
export async function decideAll(page: Page, act: '审核' | '上报'): Promise<string> {
  await page
    .getByRole('button', { name: `全部${act}`, exact: true })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  // While it opens, its buttons are elsewhere between press and release; nobody is so quick.
  await page.waitForFunction(() => document.querySelector('.ant-zoom-appear, .ant-zoom-enter') === null);
  await dialog.getByRole('button', { name: act === '审核' ? '全部审核通过' : '全部上报', exact: true }).click();
  const told = dialog.getByRole('status').filter({ hasText: '已完成' });
  await told.waitFor({ timeout: 90_000 });
  const text = await told.innerText();
  await dialog.getByRole('button', { name: '关闭', exact: true }).last().click();
  return text;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** axe-core finds nothing serious or critical on the page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  // A colour on its way from grey to blue is no colour of the page.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
        .map(({ finished }) => finished.catch(() => undefined)),
    ),
  );
  const found = (await page.evaluate(`${axeSource}; axe.run(document, { resultTypes: ['violations'] })`)) as {
    violations: { id: string; impact: string; nodes: { target: unknown; failureSummary: string }[] }[];
  };
  const bad = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const told = bad.map(({ id, nodes }) => `${id}: ${nodes.map((node) => JSON.stringify(node.target)).join(' ')}`);
  expect(told, `axe on ${page.url()}`).toEqual([]);
}
