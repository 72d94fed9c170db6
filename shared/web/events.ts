import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useSessionEnded } from './session.ts';

/**
 * Server-sent events: each `news` event is a topic, and every read at `/api/<topic>` or below is read again if a page shows it.
 * Where there are none the browser gives up by itself; after a lost connection it tries again by itself,
 * after a lost session when the person has signed in again.
 */
export function useServerEvents(): void {
  const client = useQueryClient();
  const ended = useSessionEnded();
  useEffect(() => {
    if (ended) return undefined;
    const source = new EventSource('/api/events');
    source.addEventListener('news', (event: MessageEvent<string>) => {
      void client.invalidateQueries({ predicate: ({ queryKey }) => isAbout(queryKey[0], event.data) });
    });
    return () => source.close();
  }, [client, ended]);
}

/** Whether the read at `path` belongs to `topic`. */
export function isAbout(path: unknown, topic: string): boolean {
  return typeof path === 'string' && (path === `/api/${topic}` || path.startsWith(`/api/${topic}/`));
}
