import { useEffect } from 'react';
import type { DraftSaver } from './draft-saver.ts';

/** What is not saved yet is saved when the tab is left; closing it before that is asked about by the browser. */
export function useLeaving(saver: Pick<DraftSaver<never>, 'status' | 'flush'>): void {
  useEffect(() => {
    const hide = (): void => {
      if (document.visibilityState === 'hidden') saver.flush();
    };
    const ask = (event: BeforeUnloadEvent): void => {
      if (saver.status.state === 'saved' || saver.status.state === 'stale') return;
      saver.flush();
      event.preventDefault();
    };
    document.addEventListener('visibilitychange', hide);
    window.addEventListener('beforeunload', ask);
    return () => {
      document.removeEventListener('visibilitychange', hide);
      window.removeEventListener('beforeunload', ask);
    };
  }, [saver]);
}
