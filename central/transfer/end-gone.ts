import { endApplication, getApplications } from '../../shared/chain/chain.ts';
import { handOverFaultTitles } from '../../contracts/hand-over-fault.ts';
import type { Hub } from '../context.ts';
import { haveAgreed } from './agreed.ts';
import { getTransfer, stateAfter } from './table.ts';
import { changeTransfer } from './told.ts';

/**
 * A school that applied and is no more (its province has told so): nobody could decide or withdraw what it applied for. It ends as
 * failed, and both provinces hear why. What is on its way the destination itself refuses (`no-school`).
 */
export async function endOfGoneSchools(hub: Hub): Promise<void> {
  const gone = await hub.store.read
    .selectFrom('transfer')
    .leftJoin('org', 'org.id', 'transfer.toSchoolId')
    .select('transfer.id')
    .where('transfer.state', 'in', ['parked', 'in-review'])
    .where('org.id', 'is', null)
    .execute();
  for (const { id } of gone)
    await hub.store.decide(async (tx) => {
      const transfer = await getTransfer(tx, id);
      if (transfer.state !== 'parked' && transfer.state !== 'in-review') return;
      if (!(await haveAgreed(tx, [transfer.fromProvince, transfer.toProvince]))) return;
      const [application] = await getApplications(tx, [id]);
      if (application) await endApplication(hub, tx, application, handOverFaultTitles['no-school']);
      const ended = { originDone: 1, destinationDone: 1, ending: 'failed', fault: 'no-school' } as const;
      await changeTransfer(hub, tx, id, { ...ended, state: stateAfter(transfer, 'end') });
    });
}
