import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProvinceSettings } from '../../province-node/config.ts';
import { importLegacy } from '../../province-node/legacy/import-command.ts';
import { fingerprint, publicPart } from '../../shared/signing/node-keys.ts';
import { systemClock } from '../../shared/clock.ts';
import { legacyCells, legacyCsv } from '../world/legacy.ts';
import { greyPng } from '../world/pictures.ts';
import { school, verifiable } from '../world/registration.ts';
import { guangdongSchool } from '../world/transfer.ts';
import { eventually, openWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { expectAccessible, hasBrowser, openBrowser, openFromMenu, signIn } from './people.ts';

const pages = join(import.meta.dirname, '..', '..', 'dist', 'web');
const folder = mkdtempSync(join(tmpdir(), 'xueji-problems-'));
const [pupil, other] = verifiable(121, 2);
const at = { '37': school, '44': guangdongSchool } as const;
type Code = keyof typeof at;

/** Where whoever looks at the pages wants their pictures. */
const shots = process.env.SHOTS;
let shot = 0;

describe.skipIf(!hasBrowser)('2 phase one knew a pupil in 山东 and in 广东', () => {
  let browser: Browser;
  let world: World;
  beforeAll(async () => {
    world = await openWorld(['37', '44'], systemClock, pages);
    browser = await openBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await world.stop();
    rmSync(folder, { recursive: true });
  });

  const inProvince = (code: Code, account: string) => signIn(browser, world.addressOf(`p-${code}`), account);
  const atHub = (account: string) => signIn(browser, world.addressOf('hub'), account);
  const members = () => world.hub.context.store.read.selectFrom('problem_member').selectAll().execute();

  test('2.10 the command loads both, and the school that entered the pupil later finds it among its 待办', async () => {
    await load('37', '202009');
    await load('44', '201909');
    await eventually(members, (rows) => rows.length === 2, 30_000);
    const registrar = await inProvince('37', `xj${school.id}`);
    await registrar
      .getByRole('link', { name: /跨省问题学籍处理/ })
      .first()
      .waitFor();
    await picture(registrar);
    await openFromMenu(registrar, '跨省问题学籍处理');
    await picture(registrar);
    await registrar.getByRole('link', { name: '处理', exact: true }).click();
    await registrar.getByText('轮到本校处理').first().waitFor();
    await expectAccessible(registrar);
    await picture(registrar);
    await registrar.context().close();
  });

  test('2.4 山东 attests; 广东 was urged, reads it on its home page and attests too', async () => {
    await attested('37');
    const registrar = await inProvince('44', `xj${guangdongSchool.id}`);
    await openFromMenu(registrar, '跨省问题学籍处理');
    await registrar.getByRole('link', { name: '处理', exact: true }).click();
    await registrar.getByText('轮到本校处理').first().waitFor();
    const waiting = await inProvince('37', `xj${school.id}`);
    await openFromMenu(waiting, '跨省问题学籍查询');
    await waiting.getByRole('link', { name: '查看', exact: true }).first().click();
    await waiting.getByRole('button', { name: '催办', exact: true }).click();
    const dialog = waiting.getByRole('dialog');
    await dialog.getByRole('textbox').fill('请核对后尽快办理');
    await dialog.getByRole('button', { name: '催办', exact: true }).click();
    await waiting
      .getByText(/已催办/)
      .first()
      .waitFor();
    await waiting.context().close();
    // The page that was open has it by itself, and so has the home page.
    await registrar.getByText('请核对后尽快办理').waitFor();
    await registrar.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '首页' }).click();
    await registrar.getByRole('link', { name: /跨省问题学籍处理：1 人被催办/ }).waitFor();
    await expectAccessible(registrar);
    await picture(registrar);
    await registrar.context().close();
    await attested('44');
    await eventually(members, (rows) => rows.every(({ state }) => state === 'attested'));
    // Eight people sign in, one after another.
  }, 400_000);

  test('2.7 two people of the ministry decide for 广东', async () => {
    const first = await atHub('jyb002');
    await openGroup(first);
    await picture(first);
    await first.getByRole('radio', { name: new RegExp(guangdongSchool.name) }).check();
    for (const box of await first.getByRole('textbox', { name: /的意见和依据/ }).all())
      await box.fill('户口簿显示在广东就读');
    await picture(first);
    await first.getByRole('button', { name: '提出仲裁意见', exact: true }).click();
    await first.getByRole('dialog').getByRole('button', { name: '提出', exact: true }).click();
    await first.getByText('待第二人确认').waitFor();
    await expectAccessible(first);
    await first.context().close();
    const second = await atHub('jyb004');
    await openGroup(second);
    await second.getByRole('button', { name: '确认仲裁', exact: true }).click();
    const dialog = second.getByRole('dialog');
    await dialog.getByRole('checkbox').check();
    await picture(second);
    await dialog.getByRole('button', { name: '确认仲裁', exact: true }).click();
    await second.getByText('仲裁已生效，已通知各省').waitFor();
    await second.context().close();
  });

  test('2.3 山东 has it back, changes the number, and the group ends on both sides', async () => {
    const registrar = await inProvince('37', `xj${school.id}`);
    await openFromMenu(registrar, '跨省问题学籍处理');
    await registrar.getByRole('link', { name: '处理', exact: true }).click();
    await registrar.getByText('仲裁不通过').first().waitFor();
    await picture(registrar);
    await registrar.getByRole('button', { name: '变更', exact: true }).click();
    await registrar.getByRole('textbox', { name: '身份证件号' }).fill(other!.idNumber!);
    await registrar.locator('input[type=file]').first().setInputFiles(household(3));
    await registrar.getByText('证明材料（1 张）').waitFor();
    await picture(registrar);
    await registrar.getByRole('button', { name: '保存', exact: true }).click();
    await eventually(members, (rows) => rows.some(({ state }) => state === 'in-review'));
    await registrar.context().close();
    for (const account of [`ld${school.id}`, `xj${school.parentId}`]) await approveChange(account);
    await eventually(
      members,
      (rows) =>
        rows
          .map(({ state }) => state)
          .toSorted()
          .join() === 'changed,cleared',
      30_000,
    );
    const winner = await inProvince('44', `xj${guangdongSchool.id}`);
    await openFromMenu(winner, '跨省问题学籍查询');
    await winner.getByRole('link', { name: '查看', exact: true }).first().click();
    await winner.getByText('处理完毕').first().waitFor();
    await picture(winner);
    await winner.context().close();
    const { read } = world.hub.context.store;
    const claims = await read.selectFrom('identity_claim').select(['province', 'studentNumber']).execute();
    expect(claims.map(({ province }) => province).toSorted()).toEqual(['p-37', 'p-44']);
    const groups = await read.selectFrom('problem_group').select('state').execute();
    expect(groups).toEqual([{ state: 'closed' }]);
  });

  async function picture(page: Page): Promise<void> {
    if (shots) await page.screenshot({ path: join(shots, `${String(++shot).padStart(2, '0')}.png`) });
  }

  /** `import-legacy` while the node is stopped. */
  async function load(code: Code, entryMonth: string): Promise<void> {
    const file = join(folder, `${code}.csv`);
    const form = { ...pupil!, schoolCode: at[code].id, entryMonth: `${entryMonth.slice(0, 4)}-${entryMonth.slice(4)}` };
    writeFileSync(file, legacyCsv([legacyCells(form)]));
    await world.stopProvince(code);
    const settings = ProvinceSettings.parse({
      dataFolder: world.dataFolder(`p-${code}`),
      port: 0,
      province: code,
      hubFingerprint: fingerprint(publicPart(world.hubKeys.keys[0]!)),
      masterSecret: Buffer.alloc(32, `p-${code}`).toString('hex'),
    });
    const { loaded } = await importLegacy(settings, file, () => undefined);
    expect(loaded).toBe(1);
    await world.startProvince(code);
  }

  const household = (shade: number) => ({
    name: '户口簿.png',
    mimeType: 'image/png',
    buffer: Buffer.from(greyPng(8, 8, { shade })),
  });

  /** 佐证 by the registrar, then both reviews. */
  async function attested(code: Code): Promise<void> {
    const registrar = await inProvince(code, `xj${at[code].id}`);
    await openFromMenu(registrar, '跨省问题学籍处理');
    await registrar.getByRole('link', { name: '处理', exact: true }).click();
    await registrar.getByRole('button', { name: '佐证', exact: true }).click();
    const drawer = registrar.getByRole('dialog');
    await drawer.getByLabel('说明').fill('户口簿与学籍一致');
    await drawer
      .locator('input[type=file]')
      .first()
      .setInputFiles(household(Number(code)));
    await drawer.getByText('证明材料（1 张）').waitFor();
    await picture(registrar);
    await drawer.getByRole('button', { name: '提交佐证' }).click();
    await registrar.getByText('正在审核').first().waitFor();
    await registrar.context().close();
    for (const account of [`ld${at[code].id}`, `xj${at[code].parentId}`]) {
      const page = await inProvince(code, account);
      await openFromMenu(page, '跨省问题学籍审核');
      await page.getByRole('button', { name: '审核', exact: true }).first().click();
      const review = page.getByRole('dialog');
      await picture(page);
      await review.getByRole('button', { name: /^审核通过/ }).click();
      await review.waitFor({ state: 'hidden' });
      await page.context().close();
    }
  }

  async function approveChange(account: string): Promise<void> {
    const page = await inProvince('37', account);
    await openFromMenu(page, '关键数据变更审核');
    await page.getByRole('button', { name: '审核', exact: true }).first().click();
    const review = page.getByRole('dialog');
    await picture(page);
    await review.getByRole('button', { name: /^审核通过/ }).click();
    await review.waitFor({ state: 'hidden' });
    await page.context().close();
  }

  async function openGroup(page: Page): Promise<void> {
    await openFromMenu(page, '跨省问题学籍仲裁');
    await page.getByRole('link', { name: '仲裁', exact: true }).click();
    await page
      .getByText(/^对.*的意见和依据$|待第二人确认/)
      .first()
      .waitFor();
  }
});
