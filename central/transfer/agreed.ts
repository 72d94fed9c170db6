import type { Kysely } from 'kysely';
import { Problem } from '../../contracts/core/problems.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Tx } from '../../shared/db/store.ts';
import { NotYet } from '../../shared/messaging/handlers.ts';
import { listAwaited } from '../claim/recount-table.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import { findTransfer } from './table.ts';
import type { TransferTable } from './table.ts';

/**
 * A restored hub asks every province for what it may have forgotten (docs/PROTOCOL.md, "Recount"). Until the provinces of a case have
 * answered nothing is decided of it: it may have been handed over, or withdrawn, already. No province named: all of them.
 */
async function silentOf(db: Kysely<HubDb>, provinces: readonly NodeId[]): Promise<NodeId[]> {
  const awaited = (await listAwaited(db)).map(({ province }) => province);
  return provinces.length === 0 ? awaited : awaited.filter((province) => provinces.includes(province));
}

/** For what the hub does by itself: whether it may. */
export async function haveAgreed(db: Kysely<HubDb>, provinces: readonly NodeId[]): Promise<boolean> {
  return (await silentOf(db, provinces)).length === 0;
}

/** For what provinces say: the message waits. Throws `NotYet`. */
export async function mustHaveAgreed(tx: Tx<HubDb>, provinces: readonly NodeId[]): Promise<void> {
  if (!(await haveAgreed(tx, provinces))) throw new NotYet('provinces have not told what the hub forgot');
}

/** For what people decide. Throws `Problem('not-agreed-with-province')`. */
export async function peopleMustWait(db: Kysely<HubDb>, provinces: readonly NodeId[]): Promise<void> {
  const silent = await silentOf(db, provinces);
  if (silent.length === 0) return;
  const names = silent.map(nodeName).join('、');
  throw new Problem(
    'not-agreed-with-province',
    `中央节点恢复后正在与${names}核对，核对完成后自动恢复办理，请稍后再试；您填写的内容没有丢失`,
  );
}

/**
 * The transfer that the province speaks of, if it is that side of it. After a restore of the hub its words wait until both
 * provinces have told what it has forgotten.
 */
export async function transferOf(
  tx: Tx<HubDb>,
  id: string,
  from: NodeId,
  side: 'fromProvince' | 'toProvince',
): Promise<TransferTable | undefined> {
  const transfer = await findTransfer(tx, id);
  if (transfer === undefined) await mustHaveAgreed(tx, []);
  if (transfer?.[side] !== from) return undefined;
  await mustHaveAgreed(tx, [transfer.fromProvince, transfer.toProvince]);
  return transfer;
}
