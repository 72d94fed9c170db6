import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { bytesOf, openFromMenu } from './people.ts';

/** 居民身份证小学新生注册导入, from the menu, with no upload opened. */
export async function openImport(page: Page): Promise<void> {
  await openFromMenu(page, '小学新生注册');
  await page.getByRole('link', { name: '导入', exact: true }).first().click();
  await page.getByRole('button', { name: '下载模板' }).waitFor();
}

export async function downloadTemplate(page: Page): Promise<{ name: string; bytes: Uint8Array }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载模板' }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await bytesOf(download) };
}

/** From a file, as a person does: what is large goes to the browser by its path. */
export async function upload(page: Page, name: string, content: Buffer): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'xueji-upload-'));
  const path = join(folder, name);
  writeFileSync(path, content);
  await page.getByLabel(/选择(修改后的)? ?Excel 文件/).setInputFiles(path);
}

/** 提交注册 with its question; warnings are confirmed where there are any. */
export async function submit(page: Page): Promise<void> {
  await page.getByRole('button', { name: '提交注册', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const tick = dialog.getByRole('checkbox');
  await dialog.getByRole('button', { name: '提交注册', exact: true }).waitFor();
  if (await tick.isVisible()) await tick.check();
  await dialog.getByRole('button', { name: '提交注册', exact: true }).click();
}
