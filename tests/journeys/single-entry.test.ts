import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RegistrationEntry } from '../../contracts/registration-entry.ts';
import { DEMO_PASSWORD } from '../../deploy/demo/accounts.ts';
import { undocumented } from '../world/entry.ts';
import { greyPng, tinyJpeg } from '../world/pictures.ts';
import { provinceUrl } from './demo-program.ts';
import { handIn, openDraft, paste, pictures, saveDraft } from './entry-page.ts';
import { expectAccessible, hasBrowser, openBrowser, signIn } from './people.ts';
import { pupilsOf } from './pupil-files.ts';

const SCHOOL = '2146000012';
const entry: RegistrationEntry = { kind: 'primary-entrant', category: 'none', stage: 'primary' };

describe.skipIf(!hasBrowser)('1.7 a pupil without a document', () => {
  const hainan = provinceUrl(inject('firstPort'), '46');
  const [first, second] = pupilsOf(SCHOOL, 2, 808).map((pupil) => undocumented(pupil));
  let browser: Browser;
  let registrar: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    registrar = await signIn(browser, hainan, `xj${SCHOOL}`);
  });
  afterAll(() => browser.close());

  test('yesterday’s draft is gone on with; evidence is chosen and pasted; without it nothing is handed in', async () => {
    const { name, ...rest } = first!;
    await saveDraft(registrar, entry, rest);
    await openDraft(registrar);
    await registrar.getByLabel('姓名', { exact: true }).first().fill(name!);
    await registrar.keyboard.press('Control+s');
    await registrar.getByRole('alert').filter({ hasText: '请上传证明材料' }).waitFor();
    await expectAccessible(registrar);
    const chosen = { name: '出生医学证明.jpg', mimeType: 'image/jpeg', buffer: tinyJpeg };
    await registrar.locator('input[data-field=evidence]').setInputFiles(chosen);
    await pictures(registrar).first().waitFor();
    await paste(registrar, greyPng(30, 20), '户口簿.png');
    await pictures(registrar).nth(1).waitFor();
    expect(await pictures(registrar).allInnerTexts()).toEqual([
      expect.stringContaining('出生医学证明.jpg'),
      expect.stringContaining('户口簿.png'),
    ]);
    await expectAccessible(registrar);
    await handIn(registrar);
    const detail = registrar.getByRole('dialog', { name: '学籍注册详情' });
    await detail.getByRole('heading', { name: new RegExp(name!) }).waitFor();
    await detail.getByText('海南省教育厅').first().waitFor();
    await expectAccessible(registrar);
  });

  test('a session that ends in the middle of the form loses nothing: signed in again, it goes on', async () => {
    await registrar.keyboard.press('Escape');
    await registrar.getByRole('dialog').waitFor({ state: 'detached' });
    const { name, ...rest } = second!;
    await saveDraft(registrar, entry, rest);
    await openDraft(registrar);
    await registrar.context().clearCookies();
    const field = registrar.getByLabel('姓名', { exact: true }).first();
    await field.fill(name!);
    const again = registrar.getByRole('dialog', { name: '登录已失效，请重新登录' });
    await again.getByLabel('密码', { exact: true }).fill(DEMO_PASSWORD);
    await expectAccessible(registrar);
    await again.getByRole('button', { name: '登录', exact: true }).click();
    await registrar.getByText(/^草稿已保存/).waitFor();
    expect(await field.inputValue()).toBe(name);
    await registrar.reload();
    await field.waitFor();
    expect(await field.inputValue()).toBe(name);
    await registrar.locator('input[data-field=evidence]').setInputFiles({
      name: '出生医学证明.jpg',
      mimeType: 'image/jpeg',
      buffer: tinyJpeg,
    });
    await pictures(registrar).first().waitFor();
    await handIn(registrar);
  });
});
