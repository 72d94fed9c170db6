import { Problem } from '../contracts/core/problems.ts';
import { HUB } from '../shared/messaging/directory.ts';
import type { Province } from './context.ts';

/**
 * A node that was restored hears what it has forgotten with the first greeting of the hub: that a claim was released since, so that
 * another pupil may hold the identity, which temporary numbers were given, and which records have changed or gone. Until then no
 * record is made or changed. Throws `Problem('not-agreed-with-hub')`.
 */
export function mustHaveAgreed({ messaging }: Province): void {
  if (!messaging.hasAgreed(HUB))
    throw new Problem(
      'not-agreed-with-hub',
      '本省节点启动后还没有与中央节点核对，暂不能建立或变更学籍。连接恢复后自动核对，请稍后再办理',
    );
}
