import { Problem } from '../contracts/core/problems.ts';
import { HUB } from '../shared/messaging/directory.ts';
import type { Tx } from '../shared/db/store.ts';
import type { Province } from './context.ts';
import { awaitsRecount } from './identity/awaited-recount.ts';
import type { ProvinceDb } from './schema.ts';

/**
 * A node that was restored hears what it has forgotten with the first greeting of the hub: that a claim was released since, so that
 * another pupil may hold the identity, which temporary numbers were given, and which records have changed or gone; from a hub that was
 * restored as well, with the end of its recount. Until then no record is made or changed. Throws `Problem('not-agreed-with-hub')`.
 */
export async function mustHaveAgreed({ messaging }: Province, tx: Tx<ProvinceDb>): Promise<void> {
  if (!messaging.hasAgreed(HUB))
    throw new Problem(
      'not-agreed-with-hub',
      '本省节点启动后还没有与中央节点核对，暂不能建立或变更学籍。连接恢复后自动核对，请稍后再办理',
    );
  if (await awaitsRecount(tx))
    throw new Problem(
      'not-agreed-with-hub',
      '本省节点与中央节点都从备份恢复过，中央节点正在与各省核对，暂不能建立或变更学籍。核对完成后自动恢复，请稍后再办理',
    );
}
