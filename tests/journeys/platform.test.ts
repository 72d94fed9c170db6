import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAccount } from '../../shared/account/table.ts';
import { systemClock } from '../../shared/clock.ts';
import { eventually, openWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { expectAccessible, giveCredentials, hasBrowser, menuTitles, openBrowser, signIn } from './people.ts';

const REGISTRAR = 'xj2137000003';
const pages = join(import.meta.dirname, '..', '..', 'dist', 'web');

describe.skipIf(!hasBrowser)('18.1 the unified platform', () => {
  let browser: Browser;
  let world: World;
  let province: Page;
  beforeAll(async () => {
    world = await openWorld(['37'], systemClock, pages);
    browser = await openBrowser();
    await eventually(
      () => findAccount(world.hub.context.store.read, `${REGISTRAR}@37`),
      (account) => account !== undefined,
    );
    province = await signIn(browser, world.addressOf('p-37'), REGISTRAR);
  });
  afterAll(async () => {
    await browser.close();
    await world.stop();
  });

  test('opens from the province’s menu beside it, signed in as the same person', async () => {
    expect(await menuTitles(province)).toContain('统一平台');
    const menu = province.getByRole('navigation', { name: '菜单' });
    const opening = province.context().waitForEvent('page');
    await menu.getByRole('link', { name: '统一平台', exact: true }).click();
    const platform = await opening;
    await platform.getByRole('heading', { name: /您好/ }).waitFor();
    expect(new URL(platform.url()).host).toBe(new URL(world.addressOf('hub')).host);
    expect(new URL(platform.url()).hash).toBe('');
    expect(await menuTitles(platform)).toEqual([
      '首页',
      '统一平台',
      '跨省转学申请',
      '跨省转学查询',
      '跨省转学撤销',
      '毕业后跨省就学查询',
      '全国学籍查询',
    ]);
    await platform.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '统一平台' }).click();
    await platform.getByRole('cell', { name: `${REGISTRAR}@37` }).waitFor();
    await platform.getByRole('cell', { name: '山东省', exact: true }).waitFor();
    await expectAccessible(platform);
    await platform.getByRole('button', { name: /学校学籍管理员/ }).click();
    await platform.getByRole('menuitem', { name: '修改密码（请在省级学籍系统办理）', disabled: true }).waitFor();
    // The province's page goes on beside it.
    await province.reload();
    await province.getByRole('heading', { name: /您好/ }).waitFor();
    await platform.close();
  });

  test('an address that was used before says so, and leaves the sign-in form', async () => {
    const page = await province.context().newPage();
    await page.goto(`${world.addressOf('hub')}/ticket`);
    await page.getByText('入口凭证只能用一次').waitFor();
    await page.getByText('省级账号请在账号后加 @ 和省份代码').waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test('a handler signs in at the hub directly while the province’s node is stopped', async () => {
    await world.stopProvince('37');
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto(world.addressOf('hub'));
    await giveCredentials(page, `${REGISTRAR}@37`);
    await page.getByRole('heading', { name: /您好/ }).waitFor();
    await page.getByRole('link', { name: '统一平台' }).first().click();
    await page.getByRole('cell', { name: '山东省', exact: true }).waitFor();
    await context.close();
  });
});
