import type { ApplicationView, HistoryEntry } from '../../contracts/application.ts';

/** The decisions that brought the application to where it stands, one a step: a return made the earlier ones void. */
export function decisionsOf({ history, position }: Pick<ApplicationView, 'history' | 'position'>): HistoryEntry[] {
  const decisions = history.filter(({ act }) => act === 'approve' || act === 'report');
  return position === 0 ? [] : decisions.slice(-position);
}
