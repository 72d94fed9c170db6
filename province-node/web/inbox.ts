import { waitingActTitles } from '../../contracts/application.ts';
import type { InboxRow, WaitingAct } from '../../contracts/application.ts';
import { paths } from './paths.ts';

/** What a kind of application is called and where it is dealt with: one line a business. */
export const inboxKinds: Readonly<Record<string, { title: string; paths: Record<WaitingAct, string> }>> = {
  'primary-entrant': {
    title: '小学新生注册',
    paths: {
      review: paths.primaryEntrantReview,
      report: paths.primaryEntrantReport,
      mend: `${paths.returnedRegistrations}?kind=primary-entrant`,
    },
  },
  'other-entrant': {
    title: '非小学新生注册',
    paths: {
      review: paths.otherEntrantReview,
      report: paths.otherEntrantReport,
      mend: `${paths.returnedRegistrations}?kind=other-entrant`,
    },
  },
};

type Counted = 'total' | 'checking' | 'checkFailed' | 'late' | 'oldestSince' | 'oldestDueOn';

export interface Todo extends Pick<InboxRow, Counted> {
  title: string;
  path: string;
}

/** The rows of schools and groups added up by kind and act, the one that has waited longest first. */
export function summarise(rows: readonly InboxRow[]): Todo[] {
  const todo = new Map<string, Todo>();
  for (const row of rows) {
    const kind = inboxKinds[row.kind];
    if (!kind) continue;
    const key = `${row.kind} ${row.act}`;
    const before = todo.get(key);
    const oldest = before && before.oldestSince < row.oldestSince ? before : row;
    todo.set(key, {
      title: `${kind.title}${waitingActTitles[row.act]}`,
      path: kind.paths[row.act],
      total: (before?.total ?? 0) + row.total,
      checking: (before?.checking ?? 0) + row.checking,
      checkFailed: (before?.checkFailed ?? 0) + row.checkFailed,
      late: (before?.late ?? 0) + row.late,
      oldestSince: oldest.oldestSince,
      oldestDueOn: oldest.oldestDueOn,
    });
  }
  return [...todo.values()].toSorted((a, b) => a.oldestSince.localeCompare(b.oldestSince));
}
