import { createContext, use, useSyncExternalStore } from 'react';
import type { SessionView } from '../../contracts/account.ts';
import { Problem } from '../../contracts/core/problems.ts';

/**
 * The session as the transport knows it: which token goes with a write, and who waits for a new sign-in. When it ends in the
 * middle of a page, the page stays as it is, a dialog opens over it, and what was asked is asked again afterwards.
 */
interface Ended {
  reason: EndReason;
  promise: Promise<void>;
  resume: () => void;
  giveUp: (problem: Problem) => void;
}

/**
 * `expired`: it was found to be over; `forced`: a system admin has ended it; `replaced`: somebody else has signed in, in
 * another tab of the same browser, which has one session for all its tabs.
 */
export type EndReason = 'expired' | 'forced' | 'replaced';

let current: SessionView | undefined;
let ended: Ended | undefined;
const listeners = new Set<() => void>();

export function csrfToken(): string {
  return current?.csrfToken ?? '';
}

/** Whether this page has had a session: only then does a 401 open the dialog instead of the sign-in page. */
export function hasSession(): boolean {
  return current !== undefined;
}

/** Whether a session is of somebody else than this page. */
export function isAnothers({ account }: Pick<SessionView, 'account'>): boolean {
  return current !== undefined && current.account !== account;
}

/** Takes over a session that the server has given; what waits for one goes on waiting. */
export function takeSession(session: SessionView): void {
  if (isAnothers(session)) throw new Problem('not-signed-in', '本浏览器中已换成另一账号登录，请刷新页面');
  current = session;
}

/** The same, and lets everything that waited for it go on. */
export function beginSession(session: SessionView): void {
  takeSession(session);
  if (!ended) return;
  ended.resume();
  ended = undefined;
  tell();
}

/** Resolves when the same person has signed in again; rejects when they give up. */
export function signedInAgain(reason: EndReason = 'expired'): Promise<void> {
  ended ??= newEnded(reason);
  tell();
  return ended.promise;
}

export function giveUpSigningIn(): void {
  ended?.giveUp(new Problem('not-signed-in'));
  ended = undefined;
  tell();
}

/** Whether, and why, the session has ended under the open page. */
export function useSessionEnded(): EndReason | undefined {
  return useSyncExternalStore(subscribe, () => ended?.reason);
}

const SessionContext = createContext<SessionView | undefined>(undefined);
export const SessionProvider = SessionContext.Provider;

/** Who is signed in. Only below the shell. */
export function useSession(): SessionView {
  const session = use(SessionContext);
  if (!session) throw new Problem('not-signed-in');
  return session;
}

function newEnded(reason: EndReason): Ended {
  const { promise, resolve, reject } = withResolvers();
  return { reason, promise, resume: resolve, giveUp: reject };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (problem: Problem) => void } {
  let resolve = (): void => undefined;
  let reject: (problem: Problem) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
