import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { reach } from './api.ts';
import { useConnectionLost } from './connection.ts';
import { useSessionEnded } from './session.ts';

/**
 * Server-sent events: each `news` event is a topic, and every read at `/api/<topic>` or below is read again if a page shows it.
 * A stream that breaks off is how a page without other requests notices that the node is gone. The browser opens it again
 * by itself, or this does when the node answers; what was missed meanwhile is read. After a lost session it is opened when
 * the person has signed in again.
 */
export function useServerEvents(): void {
  const client = useQueryClient();
  const ended = useSessionEnded();
  const isLost = useConnectionLost();
  useEffect(() => {
    if (ended || isLost) return undefined;
    const source = new EventSource('/api/events');
    let isBroken = false;
    source.addEventListener('news', (event: MessageEvent<string>) => {
      void client.invalidateQueries({ predicate: ({ queryKey }) => isAbout(queryKey[0], event.data) });
    });
    source.addEventListener('error', () => {
      isBroken = true;
      void reach();
    });
    source.addEventListener('open', () => {
      if (isBroken) void client.invalidateQueries();
      isBroken = false;
    });
    return () => source.close();
  }, [client, ended, isLost]);
}

/** Whether the read at `path` belongs to `topic`. */
export function isAbout(path: unknown, topic: string): boolean {
  return typeof path === 'string' && (path === `/api/${topic}` || path.startsWith(`/api/${topic}/`));
}
