import { afterEach, expect, test, vi } from 'vitest';
import { currentSession, signOut } from '../../contracts/account.ts';
import type { SessionView } from '../../contracts/account.ts';
import { call } from './api.ts';
import { beginSession, giveUpSigningIn } from './session.ts';

const session = (account: string, csrfToken: string) => ({ account, csrfToken }) as SessionView;
const refusal = (code: string, status: number): Response =>
  Response.json({ type: `/problems/${code}`, title: code, status }, { status });

afterEach(() => void vi.unstubAllGlobals());

/** A node with one session at a time, which tells what was asked of it, and with which token. */
function answering(now: { session: SessionView | undefined }): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (path: string, { headers }: { headers: Record<string, string> }) => {
    const token = headers['X-CSRF-Token'];
    asked.push(`${path} ${token ?? ''}`.trim());
    if (!now.session) return refusal('not-signed-in', 401);
    if (path === currentSession.path) return Response.json(now.session);
    return token === now.session.csrfToken ? Response.json({}) : refusal('cross-site-request', 403);
  });
  return asked;
}

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test('an act whose session has ended waits for the next sign-in and goes on by itself', async () => {
  beginSession(session('xj1', 'a'));
  const now: { session: SessionView | undefined } = { session: undefined };
  const asked = answering(now);
  const act = call(signOut, {});
  await aMoment();
  expect(asked).toEqual([`${signOut.path} a`]);
  now.session = session('xj1', 'b');
  beginSession(now.session);
  await act;
  expect(asked).toEqual([`${signOut.path} a`, `${signOut.path} b`]);
});

test('the same person signed in anew in another tab: the act goes on with the new token', async () => {
  beginSession(session('xj1', 'b'));
  const asked = answering({ session: session('xj1', 'c') });
  await call(signOut, {});
  expect(asked).toEqual([`${signOut.path} b`, currentSession.path, `${signOut.path} c`]);
});

test('somebody else signed in in another tab: nothing is done in their name', async () => {
  beginSession(session('xj1', 'c'));
  const now = { session: session('ld1', 'd') };
  const asked = answering(now);
  const act = call(signOut, {});
  await aMoment();
  expect(asked).toEqual([`${signOut.path} c`, currentSession.path]);
  giveUpSigningIn();
  await expect(act).rejects.toMatchObject({ code: 'not-signed-in' });
  const again = call(signOut, {});
  await aMoment();
  now.session = session('xj1', 'e');
  beginSession(now.session);
  await again;
  expect(asked.slice(2)).toEqual([`${signOut.path} c`, currentSession.path, `${signOut.path} e`]);
});
