import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { hubUrl } from './demo-program.ts';
import { expectAccessible, hasBrowser, menuTitles, openBrowser, openFromMenu, signIn } from './people.ts';

const NAME = 'jyb.journey';

describe.skipIf(!hasBrowser)('H.8 the ministry’s system admin', () => {
  const hub = hubUrl(inject('firstPort'));
  let browser: Browser;
  let admin: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    admin = await signIn(browser, hub, 'jyb003');
  });
  afterAll(() => browser.close());

  const row = () => admin.getByRole('row', { name: new RegExp(NAME) });

  test('has the pages of the node, and none of the pupils', async () => {
    await expectAccessible(admin);
    const own = ['机构用户', '在线用户', '操作日志', '链路告警', '异常消息', '消息日志'];
    expect(await menuTitles(admin)).toEqual(['首页', ...own]);
    await admin.goto(`${hub}/national-query`);
    await admin.getByRole('heading', { name: '没有此项权限' }).waitFor();
    for (const title of ['在线用户', '链路告警', '异常消息']) {
      await openFromMenu(admin, title);
      await expectAccessible(admin);
    }
  });

  test('makes an account, and mends its name and role; both stand in the log', async () => {
    await openFromMenu(admin, '机构用户');
    await admin.getByRole('button', { name: '新建账号' }).click();
    const making = admin.getByRole('dialog', { name: '新建账号' });
    await making.getByLabel('角色').click();
    await admin.getByTitle('教育部操作员', { exact: true }).last().click();
    await making.getByLabel('姓名').fill('许文');
    await making.getByLabel('账号', { exact: true }).fill(NAME);
    await making.getByRole('button', { name: '新建', exact: true }).click();
    await admin.getByRole('button', { name: '已记下，关闭' }).click();
    await row().getByRole('button', { name: '更多' }).click();
    await admin.getByRole('menuitem', { name: '修改姓名和角色' }).click();
    const editing = admin.getByRole('dialog', { name: '修改账号' });
    await editing.getByLabel('姓名').fill('许文华');
    await editing.getByLabel('角色').click();
    await admin.getByTitle('教育部仲裁员', { exact: true }).last().click();
    await editing.getByText(/改任教育部仲裁员/).waitFor();
    await expectAccessible(admin);
    await editing.getByRole('button', { name: '保存', exact: true }).click();
    await row().getByText('教育部仲裁员').waitFor();
    await row().getByText('许文华').waitFor();
    await openFromMenu(admin, '操作日志');
    await admin.getByLabel('操作对象').fill(NAME);
    await admin.getByRole('button', { name: '查询', exact: true }).click();
    await admin
      .getByRole('row', { name: /修改账号.*姓名 许文 改为 许文华；角色 教育部操作员 改为 教育部仲裁员/ })
      .waitFor();
    await admin.getByRole('row', { name: /新建账号/ }).waitFor();
    await expectAccessible(admin);
  });
});
