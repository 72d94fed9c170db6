import type { Locator, Page } from 'playwright-core';
import type { StudentForm } from '../../contracts/student-form.ts';
import { provinceUrl } from './demo-program.ts';
import { openImport, submit, upload } from './import-page.ts';
import { openFromMenu, signIn } from './people.ts';
import { exported } from './pupil-files.ts';

/** 小学新生注册审核, the list of pupils, with the drawer open on one of them. */
export async function openReview(page: Page, name: string): Promise<Locator> {
  await openWaiting(page);
  return openReviewRow(page, name);
}

/** 小学新生注册审核, the list of pupils. */
export async function openWaiting(page: Page): Promise<void> {
  await openFromMenu(page, '小学新生注册审核');
  await page.getByRole('link', { name: /^\d+$/ }).first().click();
  await page.getByText(/^共 [\d,]+ 条$/).waitFor();
}

export async function openReviewRow(page: Page, name: string): Promise<Locator> {
  await page
    .getByRole('row', { name: new RegExp(name) })
    .getByRole('button', { name: '审核', exact: true })
    .click();
  return reviewOf(page, name);
}

/** The drawer, once it shows the pupil. */
export async function reviewOf(page: Page, name: string): Promise<Locator> {
  const drawer = page.getByRole('dialog', { name: '小学新生注册审核' });
  await drawer.getByRole('heading', { name: new RegExp(name) }).waitFor();
  return drawer;
}

/** Pupils of a school as its registrar brings them in, until every check has come to its end. */
export async function registerAll(
  browser: Parameters<typeof signIn>[0],
  at: { firstPort: number; province: string; school: string },
  pupils: readonly StudentForm[],
): Promise<void> {
  const registrar = await signIn(browser, provinceUrl(at.firstPort, at.province), `xj${at.school}`);
  await openImport(registrar);
  await upload(registrar, '一年级.xlsx', await exported(pupils));
  await registrar.getByText('校验通过，待提交', { exact: true }).waitFor();
  await submit(registrar);
  await registrar.getByRole('link', { name: /查看这些学生/ }).click();
  await registrar.getByText(`本次导入的 ${pupils.length} 人已全部完成查重认证`).waitFor({ timeout: 30_000 });
  await registrar.context().close();
}
