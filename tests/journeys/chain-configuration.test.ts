import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { provinceUrl } from './demo-program.ts';
import { expectAccessible, hasBrowser, openBrowser, openFromMenu, signIn } from './people.ts';
import { pupilsOf, withSerial } from './pupil-files.ts';
import { openReview, registerAll } from './review-page.ts';

const SCHOOL = '3144000008';
/** The way through the org tree to it. */
const AREA = ['广州市教育局', '天河区教育局', '天河区育英学校'] as const;
const BUSINESS = '居民身份证小学新生注册';

/** Serials 995 to 999 are answered name-mismatch by the registry (citizens.ts). */
const MISMATCH = '995';

describe.skipIf(!hasBrowser)('业务流程配置 and 系统参数设置, by the province', () => {
  const guangdong = provinceUrl(inject('firstPort'), '44');
  const pupils = pupilsOf(SCHOOL, 2, 808);
  pupils[1] = { ...pupils[1], idNumber: withSerial(pupils[1]!.idNumber!, MISMATCH), sex: '1' };
  let browser: Browser;
  let admin: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    admin = await signIn(browser, guangdong, 'gl440000');
  });
  afterAll(() => browser.close());

  test('22.1 nothing configured: the defaults stand there; a chain is drawn before it is saved, and asks first', async () => {
    await openFromMenu(admin, '业务流程配置');
    await admin.getByText('还没有配置流程，全部业务按下面的默认流程办理。').waitFor();
    await admin.getByRole('cell', { name: '学校 → 主管教育局 → 地市 → 省级' }).first().waitFor();
    await expectAccessible(admin);

    await admin.getByRole('button', { name: '增加', exact: true }).click();
    const drawer = admin.getByRole('dialog', { name: '增加业务流程' }).first();
    await drawer.getByRole('combobox', { name: '业务类别' }).fill(BUSINESS);
    await admin.keyboard.press('Enter');
    await admin.keyboard.press('Escape');
    await chooseArea(admin);
    for (const level of ['学校', '省级']) await drawer.getByRole('checkbox', { name: level, exact: true }).check();
    const example = drawer.getByRole('region', { name: `示例：${AREA[2]}` });
    await example.getByText('广东省教育厅').waitFor();
    await expectAccessible(admin);
    await drawer.getByRole('button', { name: '保存', exact: true }).click();
    const question = admin.getByRole('dialog').filter({ hasText: '将增加 1 项流程配置' });
    await question.getByText('涉及 1 所学校，其中 1 所的流程与现在不同。').waitFor();
    await question.getByText('正在办理的申请保持原来的流程').waitFor();
    await question.getByRole('button', { name: '确定保存' }).click();
    await admin.getByRole('row', { name: new RegExp(`${BUSINESS}.*${AREA[2]}.*学校 → 省级`) }).waitFor();
    await expectAccessible(admin);
  });

  test('22.1, 1.9 the school’s pupils go its way; from the day that is set on a failed verification cannot be approved', async () => {
    await registerAll(browser, { firstPort: inject('firstPort'), province: '44', school: SCHOOL }, pupils);
    await setUnverified(admin, true);
    const head = await signIn(browser, guangdong, `ld${SCHOOL}`);
    const drawer = await openReview(head, pupils[1]!.name!);
    await drawer.getByText('广东省教育厅').first().waitFor();
    await expect.poll(() => drawer.getByText('天河区教育局').count()).toBe(0);
    const reason = /自 \d{4}-\d{2}-\d{2} 起认证不通过不允许注册，请退回学校核对身份信息/;
    const approve = drawer.getByRole('button', { name: reason });
    expect(await approve.getAttribute('aria-disabled')).toBe('true');
    await expectAccessible(head);
    await drawer.getByLabel('审核意见').fill('请核对身份信息');
    await drawer.getByRole('button', { name: '审核不通过', exact: true }).click();
    await head.getByText('已退回', { exact: true }).waitFor();
    await head.context().close();
    await setUnverified(admin, false);
  });

  test('22.1 deleted, the defaults hold again; what was before stands in the record', async () => {
    await openFromMenu(admin, '业务流程配置');
    await admin.getByRole('button', { name: '删除', exact: true }).click();
    const question = admin.getByRole('dialog', { name: '删除' });
    await question.getByText(/涉及 1 所学校：删除后/).waitFor();
    await question.getByRole('button', { name: '删除', exact: true }).click();
    await admin.getByText('还没有配置流程，全部业务按下面的默认流程办理。').waitFor();
    await admin.getByRole('tab', { name: '变更记录' }).click();
    await admin.getByRole('row', { name: new RegExp(`删除.*${BUSINESS}.*${AREA[2]}.*学校 → 省级`) }).waitFor();
    await expectAccessible(admin);
  });
});

async function chooseArea(page: Page): Promise<void> {
  await page.getByRole('dialog').getByRole('combobox', { name: '作用范围' }).click();
  const node = (name: string) => page.locator('.ant-select-tree-treenode').filter({ hasText: name });
  for (const name of AREA.slice(0, 2)) await node(name).locator('.ant-select-tree-switcher').click();
  await node(AREA[2]).getByText(AREA[2]).click();
}

async function setUnverified(page: Page, holds: boolean): Promise<void> {
  await openFromMenu(page, '系统参数设置');
  await page.getByRole('button', { name: '设置认证不通过不允许注册' }).click();
  const dialog = page.getByRole('dialog', { name: '认证不通过不允许注册' });
  await dialog.getByLabel(holds ? '从指定日期起执行' : '不启用').check();
  if (holds) {
    await dialog.getByLabel('执行日期').click();
    await page.getByText('今天', { exact: true }).click();
  }
  await expectAccessible(page);
  await dialog.getByRole('button', { name: '确定设置' }).click();
  await page
    .getByText(holds ? /^已于 \d{4}-\d{2}-\d{2} 起执行$/ : '未启用')
    .first()
    .waitFor();
}
