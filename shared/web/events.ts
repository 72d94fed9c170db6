import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { reach, takeUpSession } from './api.ts';
import { useConnectionLost } from './connection.ts';
import { hearOtherTabs } from './other-tabs.ts';
import { signedInAgain, useSession, useSessionEnded } from './session.ts';

/**
 * Server-sent events: each `news` event is a topic, and every read at `/api/<topic>` or below is read again if a page shows it,
 * but for those that leave an audit entry.
 * A stream that breaks off is how a page without other requests notices that the node is gone. The browser opens it again
 * by itself, or this does when the node answers; what was missed meanwhile is read. After a lost session it is opened when
 * the person has signed in again. A hidden tab listens to nothing: a browser has six connections to a node, for all its
 * tabs together, and what is stale is read when the tab is looked at.
 */
export function useServerEvents(): void {
  const client = useQueryClient();
  const ended = useSessionEnded();
  const isLost = useConnectionLost();
  const isHidden = useSyncExternalStore(subscribeVisibility, () => document.hidden);
  const wasEnded = useRef(false);
  useEffect(() => {
    if (ended) wasEnded.current = true;
    if (ended || isLost || isHidden) return undefined;
    const source = new EventSource('/api/events');
    let isBroken = false;
    source.addEventListener('news', (event: MessageEvent<string>) => {
      void client.invalidateQueries({
        predicate: ({ queryKey, meta }) => isAbout(queryKey[0], event.data) && !meta?.['audited'],
      });
    });
    // Told at once, and not with the next click: what is on the page stays, whether or not they come back.
    source.addEventListener('forced-off', () => void signedInAgain('forced').catch(() => undefined));
    source.addEventListener('error', () => {
      isBroken = true;
      void reach();
    });
    source.addEventListener('open', () => {
      if (isBroken || wasEnded.current) void client.invalidateQueries();
      isBroken = false;
      wasEnded.current = false;
    });
    return () => source.close();
  }, [client, ended, isLost, isHidden]);
}

/** The same person has signed in again in another tab: this one goes on as well. Somebody else has: it must not read as them. */
export function useOtherTabs(): void {
  const { account } = useSession();
  useEffect(
    () =>
      hearOtherTabs((other) => {
        const goOn = other === account ? takeUpSession() : signedInAgain('replaced');
        void goOn.catch(() => undefined);
      }),
    [account],
  );
}

function subscribeVisibility(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}

/** Whether the read at `path` belongs to `topic`. */
export function isAbout(path: unknown, topic: string): boolean {
  return typeof path === 'string' && (path === `/api/${topic}` || path.startsWith(`/api/${topic}/`));
}
