import type { z } from 'zod';
import { move } from '../../contracts/core/moves.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { CustodyRepaired } from '../../contracts/custody.ts';
import { differenceTitles, fixTitles, repairMoves } from '../../contracts/national-audit.ts';
import type { acceptRepair, dismissRepair } from '../../contracts/custody-repair.ts';
import type { RepairState } from '../../contracts/national-audit.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { signatureOf } from '../../shared/http/serve.ts';
import type { Call } from '../../shared/http/serve.ts';
import { maskIdNumbers } from '../../shared/log.ts';
import type { Hub } from '../context.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import { hubSidesOf } from './facts.ts';
import { carryOut } from './fix.ts';
import type { Suspicion } from './rules.ts';
import { tellAudit } from './news.ts';
import type { RepairTable } from './table.ts';

/** The operator has looked at both sides; what the hub has may not have changed since. */
export async function accept(
  hub: Hub,
  call: Call<HubDb>,
  { id, revision }: z.output<typeof acceptRepair.input>,
): Promise<Record<string, never>> {
  await call.decide(async (tx, note) => {
    const repair = await repairToDecide(tx, id, revision, 'accept');
    await mustStandAsSeen(tx, repair);
    await carryOut(hub, tx, repair, { decidedBy: signatureOf(call.caller) });
    const what = `${nodeName(repair.province)}：${differenceTitles[repair.kind]}`;
    note(repair.studentId, `${what}，接受修复方案：${fixTitles[repair.fix]}`);
  });
  return {};
}

export async function dismiss(
  hub: Hub,
  call: Call<HubDb>,
  { id, revision, reason }: z.output<typeof dismissRepair.input>,
): Promise<Record<string, never>> {
  await call.decide(async (tx, note) => {
    const repair = await repairToDecide(tx, id, revision, 'dismiss');
    const opinion = maskIdNumbers(reason);
    await tx
      .updateTable('custody_repair')
      .set({
        state: 'dismissed',
        opinion,
        decidedBy: signatureOf(call.caller),
        decidedAt: isoTime(hub.clock.now()),
        revision: revision + 1,
        outcome: '同样的差异不再提出；情况有变化时重新提出',
      })
      .where('id', '=', id)
      .execute();
    await tellAudit(hub, tx);
    const what = `${nodeName(repair.province)}：${differenceTitles[repair.kind]}`;
    note(repair.studentId, `${what}，不予处理，原因：${opinion}`);
  });
  return {};
}

/** Throws `not-found`, `stale-revision`, `illegal-move`. */
async function repairToDecide(
  tx: Tx<HubDb>,
  id: string,
  revision: number,
  name: keyof typeof repairMoves,
): Promise<RepairTable> {
  const repair = await tx.selectFrom('custody_repair').selectAll().where('id', '=', id).executeTakeFirst();
  if (!repair) throw new Problem('not-found', '没有这张修复单');
  move<RepairState, typeof repairMoves>(repairMoves, name, repair.state);
  if (repair.revision !== revision)
    throw new Problem('stale-revision', '这张修复单刚有新的核对结果，请重新打开，看清各方情况后再决定');
  return repair;
}

async function mustStandAsSeen(tx: Tx<HubDb>, { studentId, evidence }: RepairTable): Promise<void> {
  const { hub } = JSON.parse(evidence) as Suspicion;
  const now = (await hubSidesOf(tx, [studentId])).get(studentId);
  if (now?.isMoving) throw new Problem('stale-revision', '该生正在办理跨省转学，请等办结并再次核对后再决定');
  if (JSON.stringify(now?.hub ?? null) !== JSON.stringify(hub))
    throw new Problem('stale-revision', '核对之后国家平台上该生的学籍又有变动，请发起一次核对，按新的结果决定');
}

/**
 * What became of an order; of another province's repair, or one that nobody ordered, nothing is heard. A record that was lost is
 * only there again when the school has handed the pupil in.
 */
export async function custodyRepaired(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<z.output<typeof CustodyRepaired.item>>,
  { from }: { from: NodeId },
): Promise<void> {
  const name = nodeName(from);
  const done = { state: 'repaired', outcome: `${name}已执行，待下次核对确认` } as const;
  const waiting = { state: 'ordered', outcome: `${name}已登记，等待学校重新注册该生` } as const;
  const changed = { state: 'open', outcome: `${name}的学籍此后又有变动，没有执行；请按下次核对的结果决定` } as const;
  for (const { repair: id, outcome } of items) {
    const repair = await tx
      .selectFrom('custody_repair')
      .select(['fix', 'revision'])
      .where('id', '=', id)
      .where('province', '=', from)
      .where('state', '=', 'ordered')
      .executeTakeFirst();
    if (!repair) continue;
    const isWaiting = repair.fix === 'claim-again';
    await tx
      .updateTable('custody_repair')
      .set(outcome === 'changed-since' ? changed : isWaiting ? waiting : done)
      .set({ revision: repair.revision + 1 })
      .where('id', '=', id)
      .execute();
  }
  await tellAudit(hub, tx);
}
