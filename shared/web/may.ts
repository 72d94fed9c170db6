import type { Endpoint } from '../../contracts/core/endpoint.ts';
import { mayCall } from '../../contracts/core/endpoint.ts';
import { orgLevelTitles } from '../../contracts/orgs/org.ts';
import { useSession } from './session.ts';

/** Why the person may not call the endpoint, for a button that others see working; undefined when they may. */
export function useReasonAgainst(endpoint: Endpoint): string | undefined {
  const { role, org } = useSession();
  const { access } = endpoint;
  if (access === 'public' || mayCall(endpoint, role, org.level)) return undefined;
  const levels = access.levels?.filter((level) => level !== 'ministry').map((level) => orgLevelTitles[level]);
  return levels?.length ? `由${levels.join('、')}系统管理员办理` : '没有此项权限';
}
