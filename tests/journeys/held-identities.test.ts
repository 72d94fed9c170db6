import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { StudentForm } from '../../contracts/student-form.ts';
import { hubUrl, provinceUrl } from './demo-program.ts';
import { openImport, submit, upload } from './import-page.ts';
import { exported, pupilsOf } from './pupil-files.ts';
import { hasBrowser, openBrowser, openFromMenu, signIn } from './people.ts';

/** Two schools of one province and one of another. */
const FIRST = '2146000003';
const SECOND = '2146000004';
const ELSEWHERE = '2144000006';

describe.skipIf(!hasBrowser)('one identity, one pupil', () => {
  const hainan = provinceUrl(inject('firstPort'), '46');
  const guangdong = provinceUrl(inject('firstPort'), '44');
  let browser: Browser;
  let first: Page;
  let elsewhere: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    first = await signIn(browser, hainan, `xj${FIRST}`);
    elsewhere = await signIn(browser, guangdong, `xj${ELSEWHERE}`);
  });
  afterAll(() => browser.close());
  const pupils = pupilsOf(FIRST, 6, 303);
  const at = (school: string, some: StudentForm[]): StudentForm[] =>
    some.map((pupil) => ({ ...pupil, schoolCode: school }));

  test('1.8 whom the province has is refused in the dry run, with the school that has them', async () => {
    await register(first, '先.xlsx', pupils.slice(0, 3));
    const second = await signIn(browser, hainan, `xj${SECOND}`);
    await openImport(second);
    await upload(second, '后.xlsx', await exported(at(SECOND, pupils.slice(2, 5))));
    await second.getByText('校验未通过', { exact: true }).waitFor();
    const held = `该身份证件号正在由龙华区实验小学 ${masked(pupils[2]!.name!)}办理学籍注册`;
    await second.getByText(held).waitFor();
    await second.context().close();
  });

  test('1.8, 1.9 whom another province has is refused by the hub, with who holds the identity', async () => {
    await register(elsewhere, '外省.xlsx', at(ELSEWHERE, pupils.slice(0, 1)));
    const row = elsewhere.getByRole('row', { name: /查重不通过/ });
    await row.waitFor({ timeout: 30_000 });
    expect(await row.innerText()).toContain(`海南省 龙华区实验小学 ${masked(pupils[0]!.name!)}`);
    const head = await signIn(browser, guangdong, `ld${ELSEWHERE}`);
    await openFromMenu(head, '小学新生注册审核');
    await head.getByText('1 人查重不通过', { exact: true }).waitFor();
    await head
      .getByRole('button', { name: /全部审核.*查重认证都未完成或未通过，暂不能办理/ })
      .first()
      .waitFor();
    await head.context().close();
  });

  test('1.16 of two provinces that register one identity at the same time exactly one gets it', async () => {
    const pupil = [pupils[5]!];
    await Promise.all([prepare(first, '同时.xlsx', pupil), prepare(elsewhere, '同时.xlsx', at(ELSEWHERE, pupil))]);
    await Promise.all([submit(first), submit(elsewhere)]);
    const states = await Promise.all([answerFor(first, pupil[0]!), answerFor(elsewhere, pupil[0]!)]);
    expect(states.toSorted()).toEqual(['查重不通过', '查重认证通过']);
    const ministry = await signIn(browser, hubUrl(inject('firstPort')), 'jyb001');
    await openFromMenu(ministry, '查重动态');
    const decided = ministry
      .getByRole('region', { name: '查重动态' })
      .getByRole('row', { name: masked(pupil[0]!.name!) });
    const told = (await decided.allInnerTexts()).map((text) => /查重(不)?通过/.exec(text)?.[0]);
    expect(told.toSorted()).toEqual(['查重不通过', '查重通过']);
    await ministry.context().close();
  });
});

async function prepare(page: Page, name: string, pupils: StudentForm[]): Promise<void> {
  await openImport(page);
  await upload(page, name, await exported(pupils));
  await page.getByText('校验通过，待提交', { exact: true }).waitFor();
}

/** Through the dry run and the submission, to the list of what the file brought in. */
async function register(page: Page, name: string, pupils: StudentForm[]): Promise<void> {
  await prepare(page, name, pupils);
  await submit(page);
  await page.getByRole('link', { name: /查看这些学生/ }).click();
  await page.getByText(/全部完成查重认证/).waitFor({ timeout: 30_000 });
}

async function answerFor(page: Page, { name }: StudentForm): Promise<string | undefined> {
  await page.getByRole('link', { name: /查看这些学生/ }).click();
  await page.getByText(/全部完成查重认证/).waitFor({ timeout: 30_000 });
  const row = await page.getByRole('row', { name: new RegExp(name!) }).innerText();
  return /查重认证通过|查重不通过/.exec(row)?.[0];
}

function masked(name: string): string {
  const letters = [...name];
  return letters.map((letter, at) => (at === 0 || (at === letters.length - 1 && at > 1) ? letter : '*')).join('');
}
