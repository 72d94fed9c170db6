import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Stops on a page, menu and table included; more Tabs than these lead nowhere. */
const STOPS_MAX = 120;

/** Presses Tab, or Shift+Tab, until the one has the focus; a person sees where it is. */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await target.waitFor();
  for (let pressed = 0; pressed < STOPS_MAX; pressed++) {
    if (await target.evaluate((element) => element === document.activeElement)) return expectFocusSeen(page);
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not reach ${String(target)}`);
}

export async function pressOn(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** Something has the focus, and shows it: by its outline, or as a field by its border and caret. */
export async function expectFocusSeen(page: Page): Promise<void> {
  const focus = await page.evaluate(() => {
    const element = document.activeElement!;
    const { outlineStyle } = getComputedStyle(element);
    const { width, height } = element.getBoundingClientRect();
    const isField = element.matches('input, textarea');
    return {
      on: element === document.body ? 'body' : 'element',
      isSeen: isField || (outlineStyle !== 'none' && width > 0 && height > 0),
      what: element.outerHTML.slice(0, 200),
    };
  });
  expect(focus, focus.what).toMatchObject({ on: 'element', isSeen: true });
}

/** The focus is somewhere in `place`, from where the next Tab goes on; not at the start of the page. */
export async function expectFocusIn(place: Locator): Promise<void> {
  await expect
    .poll(() => place.evaluate((element) => element.contains(document.activeElement)), {
      message: `focus in ${String(place)}`,
      timeout: 5_000,
    })
    .toBe(true);
}
