import { tablesOf } from '../../shared/db/tables-of.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { ReviewedBusiness } from '../../shared/chain/chain.ts';
import type { Application } from '../../shared/chain/rules.ts';
import { TransferKind } from '../../contracts/transfer-rules.ts';
import { transferChains } from '../../shared/transfer/chains.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { peopleMustWait } from './agreed.ts';
import { beginHandOver } from './hand-over.ts';
import { resumeParked } from './parked.ts';
import { getTransfer, TRANSFERS, stateAfter } from './table.ts';
import { changeTransfer } from './told.ts';

/** 核办: the decisions of people on either side (features 18.3, 18.4). Refused, it ends with the opinion. */
export const reviewedTransfers: readonly ReviewedBusiness<Hub>[] = TransferKind.options.map((kind) => ({
  ...transferChains[kind],
  topic: TRANSFERS,
  refused: 'refuse',
  async onDecided(hub, tx, applications) {
    for (const application of applications) await decided(hub, tx as Tx<HubDb>, application);
  },
  async namesOf(db, ids) {
    const rows = await tablesOf<HubDb>(db)
      .selectFrom('transfer')
      .select(['id', 'name'])
      .where('id', 'in', ids)
      .execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
}));

async function decided(hub: Hub, tx: Tx<HubDb>, { id, state }: Application): Promise<void> {
  const transfer = await getTransfer(tx, id);
  await peopleMustWait(tx, [transfer.fromProvince, transfer.toProvince]);
  if (state === 'approved') return beginHandOver(hub, tx, transfer);
  if (state !== 'ended') return void (await changeTransfer(hub, tx, id));
  await changeTransfer(hub, tx, id, { state: stateAfter(transfer, 'refuse') });
  await resumeParked(hub, tx, [transfer.studentId]);
}
