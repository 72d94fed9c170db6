import { afterCommit } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { now, peersOf } from './core.ts';
import type { Core } from './core.ts';
import type { Courier } from './courier.ts';
import { HUB } from './directory.ts';
import { raiseAlarm } from './log.ts';
import type { MessagingTables } from './tables.ts';

/** Told to the businesses once, before anything more is taken or numbered: they may have to ask others what they forgot. */
export type Restored = (tx: AnyTx) => Promise<void>;

/** The node was restored from a backup; the next handshake takes a new incarnation. */
export async function noticeRestore(core: Core, tx: AnyTx, restored: Restored): Promise<void> {
  const db = tablesOf<MessagingTables>(tx);
  const known = db.selectFrom('link_state').select('id').where('incarnationDue', '=', 1);
  if (await known.executeTakeFirst()) return;
  await db.updateTable('link_state').set({ incarnationDue: 1 }).execute();
  afterCommit(tx, () => {
    core.incarnationDue = true;
    core.agreed.clear();
  });
  await restored(tx);
}

/** One higher than any seen: no number is ever issued twice. */
export async function takeIncarnation(
  core: Core,
  { courier, begin }: { courier: Courier; begin: (peer: NodeId) => void },
  tx: AnyTx,
  { seen, peer, effects }: { seen: number; peer: NodeId; effects: Map<string, () => void> },
): Promise<void> {
  const db = tablesOf<MessagingTables>(tx);
  const sent = await db.selectFrom('stream').select('incarnation').where('direction', '=', 'sent').execute();
  const incarnation = 1 + Math.max(core.incarnation, seen, ...sent.map((stream) => stream.incarnation));
  await db.updateTable('link_state').set({ incarnation, incarnationDue: 0 }).execute();
  const detail = `启用第 ${incarnation} 代：节点曾从备份恢复，或密钥已作废`;
  await raiseAlarm(tx, { peer, what: 'restored', detail, at: now(core) });
  core.log.warn({ incarnation, peer }, 'restored, or a key revoked: a new incarnation');
  afterCommit(tx, () => {
    core.incarnation = incarnation;
    core.incarnationDue = false;
    if (core.node === HUB) core.hubIncarnation = incarnation;
    core.open.clear();
    courier.stop();
  });
  effects.set('begin all', () => peersOf(core).forEach(begin));
}
