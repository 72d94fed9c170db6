import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { photoUploaded } from '../world/entry.ts';
import { greyPng, tinyJpeg } from '../world/pictures.ts';
import { json, school, verifiable } from '../world/registration.ts';
import { enrolled, guangdongBureau, guangdongSchool, peoplePublished } from '../world/transfer.ts';
import { openWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { expectAccessible, hasBrowser, openBrowser, openFromMenu, signIn } from './people.ts';

const pages = join(import.meta.dirname, '..', '..', 'dist', 'web');
const [pupil] = verifiable(71, 1, guangdongSchool);
/** Of 山东, where the pupil goes to, and then of 广东. */
const deciders = [
  `ld${school.id}@37`,
  `xj${school.parentId}@37`,
  `ld${guangdongSchool.id}@44`,
  `xj${guangdongBureau}@44`,
];

describe.skipIf(!hasBrowser)('18 a pupil moves from 广东 to 山东', () => {
  let browser: Browser;
  let world: World;
  let registrar: Page;
  const atHub = (account: string) => signIn(browser, world.addressOf('hub'), account);
  beforeAll(async () => {
    world = await openWorld(['37', '44'], systemClock, pages);
    browser = await openBrowser();
    await peoplePublished(world);
    await enrolled(world, [pupil!], guangdongSchool);
    const { store } = world.province('44').context;
    const { id } = await store.read.selectFrom('student').select('id').executeTakeFirstOrThrow();
    await json(photoUploaded(await world.signIn(`xj${guangdongSchool.id}`), 'student-photo', id, greyPng(358, 441)));
    registrar = await atHub(`xj${school.id}@37`);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await world.stop();
  });

  test('18.2 the school looks the pupil up, and what it typed is still there after a wrong name', async () => {
    await openFromMenu(registrar, '跨省转学申请');
    await registrar.getByLabel('全国学籍号').fill(`G${pupil!.idNumber}`);
    await registrar.getByLabel('姓名').fill('张不对');
    await registrar.getByRole('button', { name: '查询', exact: true }).click();
    await registrar.getByText('没有找到学籍号与姓名一致的学生').waitFor();
    expect(await registrar.getByLabel('全国学籍号').inputValue()).toBe(`G${pupil!.idNumber}`);
    await registrar.getByLabel('姓名').fill(pupil!.name!);
    await registrar.getByRole('button', { name: '查询', exact: true }).click();
    await registrar.getByRole('cell', { name: '广东省', exact: true }).waitFor();
    await registrar.getByLabel('说明').fill('户口迁入本区');
    await registrar
      .locator('[data-field=evidence]')
      .setInputFiles({ name: '户口簿.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(tinyJpeg) });
    await registrar.getByText('证明材料（1 张）').waitFor();
    await expectAccessible(registrar);
    await registrar.getByRole('button', { name: '保存', exact: true }).click();
    await registrar.getByText('核办中', { exact: true }).waitFor();
    await registrar.getByText(`等待${school.name}核办`).waitFor();
    await expectAccessible(registrar);
  });

  test('18.3 山东 approves twice, and 广东 twice while its own node is stopped', async () => {
    for (const account of deciders.slice(0, 2)) await approve(account);
    await world.stopProvince('44');
    for (const account of deciders.slice(2)) await approve(account);
    // The registrar's page has followed by itself.
    await registrar.getByText('调档中（转出省封存学籍）', { exact: true }).first().waitFor();
    expect(await registrar.getByText('核办通过').count()).toBe(4);
  });

  test('18.5 when the node is back the record comes over, and the open page says so', async () => {
    await world.startProvince('44');
    await registrar.getByText('办结', { exact: true }).first().waitFor({ timeout: 90_000 });
    await registrar.getByText('转出省学籍已移出').waitFor();
    await expectAccessible(registrar);
    await openFromMenu(registrar, '跨省转学查询');
    await registrar.getByRole('row', { name: new RegExp(`${pupil!.name}.*办结`) }).waitFor();
    await openFromMenu(registrar, '跨省转学撤销');
    await registrar.getByText('没有可以撤销的申请').waitFor();
  });

  test('18.5 the pupil has arrived at the school’s own system, with photo, evidence and the way to the case', async () => {
    const home = await signIn(browser, world.addressOf('p-37'), `xj${school.id}`);
    await home.getByRole('link', { name: /新调入待分班/ }).click();
    const row = home.getByRole('row', { name: new RegExp(pupil!.name!) });
    await row.getByRole('link', { name: '查看' }).click();
    expect(await widthOf(home, '学籍照片')).toBe(358);
    await home.getByRole('tab', { name: '证明材料' }).click();
    expect(await widthOf(home, '户口簿.jpg')).toBeGreaterThan(0);
    await home.getByRole('tab', { name: '学籍变动情况' }).click();
    const [platform] = await Promise.all([
      home.context().waitForEvent('page'),
      home.getByRole('link', { name: /在统一平台查看、导出案卷/ }).click(),
    ]);
    await platform.getByRole('button', { name: '导出案卷' }).waitFor();
    await home.context().close();
  });

  test('18.7 the ministry sees it among what is done, with its evidence', async () => {
    const ministry = await atHub('jyb001');
    await openFromMenu(ministry, '跨省转学监控');
    await ministry.getByRole('cell', { name: /办结 1/ }).waitFor();
    await ministry.getByText('没有超期的申请').waitFor();
    await expectAccessible(ministry);
    await openFromMenu(ministry, '跨省转学查询');
    await ministry.getByRole('link', { name: pupil!.name!, exact: true }).click();
    await ministry.getByText('证明材料（1 张）').waitFor();
    await ministry.context().close();
  });

  /** Of the picture, once it is shown. */
  async function widthOf(page: Page, name: string): Promise<number> {
    const picture = page.getByRole('img', { name });
    await picture.waitFor();
    return picture.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth));
  }

  async function approve(account: string): Promise<void> {
    const page = await atHub(account);
    await openFromMenu(page, '跨省转学核办');
    await page.getByRole('button', { name: '核办', exact: true }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('button', { name: '情况属实，同意' }).click();
    await drawer.getByRole('button', { name: /^核办通过/ }).click();
    await page.getByText('没有等待本单位核办的跨省转学').waitFor();
    await page.context().close();
  }
});
