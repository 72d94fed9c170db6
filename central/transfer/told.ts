import type { z } from 'zod';
import type { TransferState } from '../../contracts/transfer.ts';
import { TransferTold } from '../../contracts/transfer-told.ts';
import { isoTime } from '../../shared/clock.ts';
import { turnOf } from '../../shared/chain/rules.ts';
import { findApplicationRows, fromRow, restoreApplication } from '../../shared/chain/rows.ts';
import type { ApplicationRows } from '../../shared/chain/rows.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { handedOver } from './holder.ts';
import { makeRoom } from './overtaken.ts';
import { evidenceOf, getTransfer, TRANSFERS } from './table.ts';
import type { TransferReminderTable, TransferTable } from './table.ts';

/** What the hub remembers of a case, in its own words to the provinces. */
interface Snapshot {
  transfer: TransferTable;
  /** Null while it is parked. */
  rows: ApplicationRows | null;
  /** What was reminded of, so that nobody is twice; words of before there were reminders have none. */
  reminders?: TransferReminderTable[];
}

/** A change of a transfer, told to both provinces and to open pages, in the decision that makes it. */
export async function changeTransfer(
  hub: Hub,
  tx: Tx<HubDb>,
  id: string,
  change: Partial<TransferTable> = {},
): Promise<TransferTable> {
  const before = await getTransfer(tx, id);
  const moved = change.state !== undefined && change.state !== before.state;
  const since = moved ? { since: isoTime(hub.clock.now()) } : {};
  const after: TransferTable = { ...before, ...change, ...since, revision: before.revision + 1 };
  const { id: _id, ...columns } = after;
  await tx.updateTable('transfer').set(columns).where('id', '=', id).execute();
  await tellTransfer(hub, tx, after);
  return after;
}

export async function tellTransfer(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable): Promise<void> {
  const rows = (await findApplicationRows(tx, transfer.id)) ?? null;
  const turn = rows && turnOf(fromRow(rows.application));
  const reminders = await tx
    .selectFrom('transfer_reminder')
    .selectAll()
    .where('transferId', '=', transfer.id)
    .orderBy('at')
    .execute();
  const snapshot: Snapshot = { transfer, rows, reminders };
  const turnSince = rows?.application.turnSince ?? transfer.since;
  const steps = (rows?.steps ?? []).map(({ act, orgName, personName, opinion, at }) => {
    return { act, orgName, personName, opinion, at };
  });
  const told = {
    ...transfer,
    transfer: transfer.id,
    turnOrgId: turn?.orgId ?? null,
    turnRole: turn?.role ?? null,
    turnSince,
    reminded: (turn && reminders.findLast((one) => one.turnSince === turnSince)?.stage) ?? null,
    steps,
    evidence: evidenceOf(transfer),
    fault: transfer.fault,
    snapshot: JSON.stringify(snapshot),
  };
  for (const province of new Set([transfer.fromProvince, transfer.toProvince]))
    hub.outbox.queue(tx, province, TransferTold, told, { cause: transfer.id });
  tellPages(hub, tx, TRANSFERS, [transfer.fromSchoolId, transfer.toSchoolId]);
}

/**
 * Own words that come back after a restore: what the hub had decided of a case stands again, above all that a record was handed
 * over. The newest words count, whichever province returns them first.
 */
export async function toldRecalled(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<z.output<typeof TransferTold.item>>,
): Promise<void> {
  for (const item of items) {
    const { transfer, rows, reminders = [] } = JSON.parse(item.snapshot) as Snapshot;
    const known = await tx.selectFrom('transfer').select('revision').where('id', '=', transfer.id).executeTakeFirst();
    if (known && known.revision >= transfer.revision) continue;
    if (rows) await restoreApplication(tx, rows);
    // That the origin has let go may be forgotten there too: it is told once more, when the recount is over.
    const saved = await makeRoom(tx, transfer.state === 'closed' ? { ...transfer, originDone: 0 } : transfer);
    await tx
      .insertInto('transfer')
      .values(saved)
      .onConflict((oc) => oc.column('id').doUpdateSet(saved))
      .execute();
    for (const reminder of reminders)
      await tx
        .insertInto('transfer_reminder')
        .values(reminder)
        .onConflict((oc) => oc.doNothing())
        .execute();
    if (isHandedOver(transfer.state)) await handedOver(tx, transfer);
    tellPages(hub, tx, TRANSFERS, [transfer.fromSchoolId, transfer.toSchoolId]);
  }
}

function isHandedOver(state: TransferState): boolean {
  return state === 'handed-over' || state === 'closed';
}
