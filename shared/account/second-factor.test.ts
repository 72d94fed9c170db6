import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SessionView } from '../../contracts/account.ts';
import { browser } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { listen, settled } from '../../tests/http/listen.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { resetByCommand } from './by-command.ts';
import { FAILURES_MAX, LOCK_MS } from './judge.ts';
import { hashPassword } from './password.ts';
import { hotp, stepAt, STEP_MS } from './totp.ts';

let node: ToyNode;
beforeEach(async () => {
  node = await openToyNode();
  await node.addAccount('wang', 'bureau-registrar', '370102');
});
afterEach(() => node.close());

const minute = 60_000;
const typeOf = async (answer: Response): Promise<string> => ((await answer.json()) as { type: string }).type;

/** What the authenticator app of `wang` shows, `off` steps from now. */
async function appShows(off = 0): Promise<string> {
  const { sealed } = await node.store.read.selectFrom('second_factor').selectAll().executeTakeFirstOrThrow();
  return hotp(node.vault.openBytes(sealed), stepAt(node.clock.now()) + off);
}

const signIn = (page: Browser, password: string, code?: string): Promise<Response> =>
  page.post('/api/session/sign-in', { account: 'wang', password, ...(code === undefined ? {} : { code }) });

/** Signed in, with a second factor that has taken the code of now. */
async function enrolled(): Promise<Browser> {
  const page = browser(node.app);
  await page.signIn('wang', PASSWORD);
  expect((await page.post('/api/second-factor/start', { password: PASSWORD })).status).toBe(200);
  expect((await page.post('/api/second-factor/confirm', { code: await appShows() })).status).toBe(200);
  return page;
}

describe('the second factor', () => {
  test('counts from the moment its first code came back, not before', async () => {
    const page = browser(node.app);
    await page.signIn('wang', PASSWORD);
    const started = await page.post('/api/second-factor/start', { password: PASSWORD });
    const { uri, secret } = (await started.json()) as { uri: string; secret: string };
    expect(uri).toContain(`secret=${secret}`);
    expect((await signIn(browser(node.app), PASSWORD)).status).toBe(200);
    const wrong = await page.post('/api/second-factor/confirm', { code: await appShows(7) });
    expect(await typeOf(wrong)).toBe('/problems/second-factor-wrong');
    const confirmed = await page.post('/api/second-factor/confirm', { code: await appShows() });
    expect(SessionView.parse(await confirmed.json()).hasSecondFactor).toBe(true);
    expect(await typeOf(await signIn(browser(node.app), PASSWORD))).toBe('/problems/second-factor-required');
  });

  test('is asked after the password, never instead of it, and its codes are taken once', async () => {
    await enrolled();
    await node.clock.advance(STEP_MS);
    const code = await appShows();
    expect(await typeOf(await signIn(browser(node.app), 'wrong', code))).toBe('/problems/sign-in-failed');
    expect((await signIn(browser(node.app), PASSWORD, ` ${code.slice(0, 3)} ${code.slice(3)}`)).status).toBe(200);
    expect(await typeOf(await signIn(browser(node.app), PASSWORD, code))).toBe('/problems/second-factor-wrong');
    expect((await signIn(browser(node.app), PASSWORD, await appShows(1))).status).toBe(200);
    expect((await signIn(browser(node.app), PASSWORD, await appShows())).status).toBe(401);
  });

  test('of one code sent twice at once, one is taken', async () => {
    await enrolled();
    await node.clock.advance(STEP_MS);
    const code = await appShows();
    const both = await Promise.all([1, 2].map(() => signIn(browser(node.app), PASSWORD, code)));
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
  });

  test('guessed codes lock the account like guessed passwords; the right password between them does not begin anew', async () => {
    await enrolled();
    await node.clock.advance(STEP_MS);
    for (let guess = 0; guess < FAILURES_MAX; guess++) {
      await node.clock.advance(minute);
      expect(await typeOf(await signIn(browser(node.app), PASSWORD))).toBe('/problems/second-factor-required');
      expect(await typeOf(await signIn(browser(node.app), PASSWORD, '000000'))).toBe('/problems/second-factor-wrong');
    }
    expect((await signIn(browser(node.app), PASSWORD, await appShows())).status).toBe(423);
    await node.clock.advance(LOCK_MS);
    expect((await signIn(browser(node.app), PASSWORD, await appShows())).status).toBe(200);
  });

  test('what is no code is refused as input', async () => {
    await enrolled();
    expect((await signIn(browser(node.app), PASSWORD, '12345')).status).toBe(422);
  });

  test('its secret is in no table in plain text, and stands in no audit entry', async () => {
    const page = browser(node.app);
    await page.signIn('wang', PASSWORD);
    const answer = await page.post('/api/second-factor/start', { password: PASSWORD });
    const { secret } = (await answer.json()) as { secret: string };
    const rows = await node.store.read.selectFrom('second_factor').selectAll().execute();
    const entries = await node.store.read.selectFrom('audit_entry').selectAll().execute();
    expect(JSON.stringify([rows, entries])).not.toContain(secret);
  });
});

describe('switching it on and off', () => {
  test('needs the password; switching off needs a code as well', async () => {
    const page = browser(node.app);
    await page.signIn('wang', PASSWORD);
    expect(await typeOf(await page.post('/api/second-factor/start', { password: 'wrong' }))).toBe(
      '/problems/sign-in-failed',
    );
    const before = await page.post('/api/second-factor/confirm', { code: '000000' });
    expect(await typeOf(before)).toBe('/problems/illegal-move');
    const on = await enrolled();
    expect(await typeOf(await on.post('/api/second-factor/start', { password: PASSWORD }))).toBe(
      '/problems/illegal-move',
    );
    await node.clock.advance(STEP_MS);
    const off = (code: string, password = PASSWORD) => on.post('/api/second-factor/remove', { password, code });
    expect(await typeOf(await off(await appShows(5)))).toBe('/problems/second-factor-wrong');
    expect(await typeOf(await off(await appShows(), 'wrong'))).toBe('/problems/sign-in-failed');
    expect(SessionView.parse(await (await off(await appShows())).json()).hasSecondFactor).toBe(false);
    expect((await signIn(browser(node.app), PASSWORD)).status).toBe(200);
  });

  test('on: who is signed in elsewhere without it has to come back with it, and is told', async () => {
    const elsewhere = browser(node.app);
    await elsewhere.signIn('wang', PASSWORD);
    const heard = await listen(elsewhere);
    const page = await enrolled();
    await settled();
    expect(heard.text).toContain('event: forced-off');
    expect(heard.ended).toBe(true);
    expect((await elsewhere.get('/api/session')).status).toBe(401);
    expect((await page.get('/api/session')).status).toBe(200);
  });

  test('every step stands in the audit log', async () => {
    await enrolled();
    const entries = await node.store.read
      .selectFrom('audit_entry')
      .select(['title', 'subject', 'summary'])
      .where('action', 'like', '/api/second-factor/%')
      .execute();
    expect(entries).toEqual([
      { title: '申请动态口令', subject: 'wang', summary: '' },
      { title: '启用动态口令', subject: 'wang', summary: '已启用' },
    ]);
  });

  test('who has no org above gets back in by the command on the server', async () => {
    await enrolled();
    await resetByCommand(node, 'wang', await hashPassword('Issued-horse-9'));
    expect((await signIn(browser(node.app), 'Issued-horse-9')).status).toBe(200);
  });
});
