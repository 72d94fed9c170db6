import { countInbox } from '../../contracts/application.ts';
import { mayCall } from '../../contracts/core/endpoint.ts';
import { TransferKind } from '../../contracts/transfer-rules.ts';
import { useRead } from '../../shared/web/api.ts';
import { useSession } from '../../shared/web/session.ts';
import { kindPaths } from '../transfer/web/transfer-texts.ts';

/** Events tell of every change; this is for one that was missed. */
const REFRESH_MS = 300_000;

/** How many wait for me at each page of the menu. The first page of the unified platform reads the same. */
export function useMenuCounts(): ReadonlyMap<string, number> {
  const { role, org } = useSession();
  const enabled = mayCall(countInbox, role, org.level);
  const inbox = useRead(countInbox, {}, { enabled, refetchInterval: REFRESH_MS });
  return new Map(
    (inbox.data?.rows ?? []).map(({ kind, total }) => [kindPaths[TransferKind.parse(kind)].review, total]),
  );
}
