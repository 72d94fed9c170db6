import type { Tx } from '../../shared/db/store.ts';
import type { AnyTx } from '../../shared/db/tables-of.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import { NotYet } from '../../shared/messaging/handlers.ts';
import type { ReceivedMessage } from '../../shared/messaging/handlers.ts';
import { listStreams } from '../../shared/messaging/log.ts';
import { replayParkedAfter } from '../../shared/messaging/replay.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';

/**
 * Hub and province restored together: what the hub had decided of this province's records after both backups, nobody here knows,
 * and the hub only once the other provinces have told it. Until then no record becomes this province's, or is changed (I02).
 */

/** This node was restored. */
export async function awaitRecount(tx: Tx<ProvinceDb>): Promise<void> {
  await tx.updateTable('awaited_recount').set({ restored: 1 }).execute();
}

/**
 * Both sides know where they stand. A hub that was not restored since this node met it, or has recounted since, forgot nothing, and
 * what came from it before this was known goes on.
 */
export async function agreedWithHub(province: Province, tx: Tx<ProvinceDb>): Promise<void> {
  const streams = await listStreams(tx as AnyTx, 'received', HUB);
  const newest = streams.at(-1)?.incarnation ?? 0;
  const row = tx.updateTable('awaited_recount').set({ restored: 0 }).where('restored', '=', 1);
  const known = await (streams.length < 2 ? row : row.where('countedIncarnation', '>=', newest)).executeTakeFirst();
  if (known.numUpdatedRows > 0n) replayParkedAfter(tx as AnyTx, province);
}

/** The hub knows everything again, and has ordered again what follows from it: what waited for that goes on. */
export async function recountEnded(
  province: Province,
  tx: Tx<ProvinceDb>,
  _items: readonly unknown[],
  { incarnation }: ReceivedMessage,
): Promise<void> {
  await tx.updateTable('awaited_recount').set({ restored: 0, countedIncarnation: incarnation }).execute();
  replayParkedAfter(tx as AnyTx, province);
}

export async function awaitsRecount(tx: Tx<ProvinceDb>): Promise<boolean> {
  const row = tx.selectFrom('awaited_recount').select('id').where('restored', '=', 1);
  return (await row.executeTakeFirst()) !== undefined;
}

/** For orders of the hub that make a record writable here. Throws `NotYet`: the order is parked. */
export async function mustNotAwaitRecount(tx: Tx<ProvinceDb>): Promise<void> {
  if (await awaitsRecount(tx)) throw new NotYet('the hub is recounting');
}
