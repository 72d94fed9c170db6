import type { Locator, Page } from 'playwright-core';
import type { EntryDraft, RegistrationEntry } from '../../contracts/registration-entry.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { openFromMenu } from './people.ts';

/** Sends a write from the page, in its session. */
export async function post<T>(page: Page, path: string, body: object): Promise<T> {
  return (await page.evaluate(
    async ([to, given]) => {
      const session = (await (await fetch('/api/session')).json()) as { csrfToken: string };
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrfToken };
      const answer = await fetch(to, { method: 'POST', headers, body: JSON.stringify(given) });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as unknown;
    },
    [path, body] as const,
  )) as T;
}

/** What was typed yesterday: nobody types seventy items into a test. */
export async function saveDraft(page: Page, entry: RegistrationEntry, form: StudentForm): Promise<EntryDraft> {
  const draft = await post<EntryDraft>(page, '/api/registrations/entry/start', entry);
  await post(page, '/api/registrations/entry/save', { ...draft, form: { ...draft.form, ...form } });
  return draft;
}

/** 小学新生注册, and from its list of drafts the form of one. */
export async function openDraft(page: Page): Promise<void> {
  await openFromMenu(page, '小学新生注册');
  await page.getByRole('region', { name: '未提交的草稿' }).getByRole('link', { name: '继续填写' }).first().click();
  await page.getByRole('region', { name: '证明材料' }).waitFor();
}

/** As from a scanner program: the picture is in the clipboard. */
export async function paste(page: Page, picture: Buffer, name: string): Promise<void> {
  await page.evaluate(
    ([base64, fileName]) => {
      const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([bytes], fileName, { type: 'image/png' }));
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    },
    [picture.toString('base64'), name] as const,
  );
}

/** 保存, and what is unusual confirmed where something is. */
export async function handIn(page: Page): Promise<void> {
  await page.keyboard.press('Control+s');
  const warnings = page.getByRole('dialog', { name: '请核对以下提醒' });
  const told = page.getByText(/^已(重新)?提交 .* 的学籍注册$/);
  await warnings.or(told).first().waitFor();
  if (!(await warnings.isVisible())) return;
  await warnings.getByRole('checkbox').check();
  await warnings.getByRole('button', { name: '确认并提交' }).click();
  await told.waitFor();
}

export function pictures(page: Page): Locator {
  return page.getByRole('region', { name: '证明材料' }).locator('.pictures > li');
}
