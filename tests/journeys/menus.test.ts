import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { hubUrl, provinceUrl } from './demo-program.ts';
import { expectAccessible, hasBrowser, menuTitles, openBrowser, openFromMenu, signIn } from './people.ts';

const SCHOOL = '2146000006';

describe.skipIf(!hasBrowser)('the menu', () => {
  const hainan = provinceUrl(inject('firstPort'), '46');
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test('each role has its own menu and no other page', async () => {
    const ofTheOrgs = ['机构用户', '组织机构', '在线用户', '操作日志'];
    const ofTheLinks = ['链路告警', '异常消息', '消息日志'];
    const menus: [url: string, account: string, titles: string[]][] = [
      [
        hainan,
        `xj${SCHOOL}`,
        [
          '首页',
          '学前调档名单管理',
          '学前档案信息补录',
          '小学新生注册',
          '小学新生注册上报',
          '非小学新生注册',
          '非小学新生注册上报',
          '学籍注册查询',
          '关键数据变更申请',
          '关键数据变更查询',
          '省内问题学籍处理',
          '省内问题学籍查询',
          '跨省问题学籍处理',
          '跨省问题学籍查询',
          '省内转学申请',
          '省内转学查询',
          '学生信息查询',
          '统一平台',
          '数字证书',
        ],
      ],
      [
        hainan,
        `ld${SCHOOL}`,
        [
          '首页',
          '小学新生注册审核',
          '非小学新生注册审核',
          '学籍注册查询',
          '关键数据变更审核',
          '关键数据变更查询',
          '省内问题学籍审核',
          '省内问题学籍查询',
          '跨省问题学籍审核',
          '跨省问题学籍查询',
          '省内转学审核',
          '省内转学查询',
          '学生信息查询',
          '统一平台',
          '数字证书',
        ],
      ],
      [
        hainan,
        'xj460108',
        [
          '首页',
          '小学新生注册审核',
          '非小学新生注册审核',
          '学籍注册查询',
          '关键数据变更审核',
          '关键数据变更查询',
          '省内问题学籍审核',
          '省内问题学籍仲裁',
          '省内问题学籍查询',
          '跨省问题学籍审核',
          '跨省问题学籍查询',
          '省内转学审核',
          '省内转学查询',
          '学生信息查询',
          '统一平台',
          '数字证书',
        ],
      ],
      [hainan, 'gl460000', ['首页', ...ofTheOrgs, ...ofTheLinks, '系统参数设置', '业务流程配置']],
      [hainan, 'gl460100', ['首页', ...ofTheOrgs, ...ofTheLinks]],
      [
        hubUrl(inject('firstPort')),
        'jyb001',
        [
          '首页',
          '跨省转学查询',
          '转学证明核验',
          '跨省转学监控',
          '毕业后跨省就学查询',
          '查重动态',
          '全国学籍查询',
          '全国学籍库异常',
          '全国查重审计',
          '学籍归属修复单',
          '跨省问题学籍仲裁',
          '问题学籍联动',
          '疑似重复',
          '节点监控',
          '链路告警',
          '异常消息',
          '消息日志',
        ],
      ],
    ];
    for (const [url, account, titles] of menus) {
      const page = await signIn(browser, url, account);
      expect(await menuTitles(page), account).toEqual(titles);
      if (account.startsWith('gl')) {
        await openFromMenu(page, '消息日志');
        await page
          .getByRole('row', { name: /教育部/ })
          .first()
          .waitFor();
        await expectAccessible(page);
        await page.goto(`${url}/registration/primary-review`);
        await page.getByRole('heading', { name: '没有此项权限' }).waitFor();
      }
      await page.context().close();
    }
  });
});
