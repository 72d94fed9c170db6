import { countInbox } from '../../contracts/application.ts';
import { countProblemTurns } from '../../contracts/problem-record.ts';
import { countTransferTurns } from '../../contracts/transfer-turn.ts';
import { mayCall } from '../../contracts/core/endpoint.ts';
import { useRead } from '../../shared/web/api.ts';
import { useSession } from '../../shared/web/session.ts';
import { menuCountsOf, platformTodoOf, problemTodoOf, todoOf } from './inbox.ts';

/** Events tell of every change; this is for one that was missed. */
const REFRESH_MS = 300_000;

/** How many wait for me at each page of the menu. The home page reads the same. */
export function useMenuCounts(): ReadonlyMap<string, number> {
  const { role, org } = useSession();
  const enabled = mayCall(countInbox, role, org.level);
  const inbox = useRead(countInbox, {}, { enabled, refetchInterval: REFRESH_MS });
  const turns = useRead(countTransferTurns, {}, { enabled, refetchInterval: REFRESH_MS });
  const problems = useRead(countProblemTurns, {}, { enabled, refetchInterval: REFRESH_MS });
  return menuCountsOf([
    ...todoOf(inbox.data?.rows ?? []),
    ...problemTodoOf(problems.data?.rows ?? []),
    ...platformTodoOf(turns.data?.rows ?? []),
  ]);
}
