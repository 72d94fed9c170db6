import type { z } from 'zod';
import { CustodyRepaired } from '../../contracts/custody.ts';
import type { RepairCustody } from '../../contracts/custody.ts';
import { must } from '../../shared/assert.ts';
import type { Tx } from '../../shared/db/store.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Province } from '../context.ts';
import { endSealed } from '../hand-over/table.ts';

import { summaryRecalled } from '../registration/forgotten.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeStudent, tellAgain } from '../student/change.ts';
import { findOpenBusiness } from '../student/open-business.ts';
import { holdAgain, raiseVersion, setCustody } from '../student/custody.ts';

type Order = z.output<typeof RepairCustody.item>;

/**
 * What the ministry has decided of a record whose custody was not as the hub knows it, or what the index is to hear again. A record
 * that is not as it was seen then is left as it is, and the hub hears that: the next run looks at it anew. So an order that
 * comes twice finds what the first one did, and does nothing.
 */
export async function repairOrdered(province: Province, tx: Tx<ProvinceDb>, orders: readonly Order[]): Promise<void> {
  for (const order of orders) {
    const isAsSeen = await standsAsSeen(tx, order);
    if (isAsSeen) await carryOut(province, tx, order);
    const { repair } = order;
    province.outbox.queue(tx, HUB, CustodyRepaired, { repair, outcome: isAsSeen ? 'done' : 'changed-since' });
  }
}

async function standsAsSeen(tx: Tx<ProvinceDb>, { studentId, seen }: Order): Promise<boolean> {
  const record = await tx
    .selectFrom('student')
    .select(['version', 'epoch', 'custody'])
    .where('id', '=', studentId)
    .executeTakeFirst();
  if (!record || !seen) return !record && !seen;
  return record.version === seen.version && record.epoch === seen.epoch && record.custody === seen.custody;
}

async function carryOut(province: Province, tx: Tx<ProvinceDb>, order: Order): Promise<void> {
  const { studentId, act, epoch, aboveVersion, summary } = order;
  switch (act) {
    case 'tell':
      return tell(province, tx, studentId, aboveVersion);
    case 'hold':
      await endSealed(tx, studentId, 'undone');
      await holdAgain(province, tx, studentId, epoch);
      return tell(province, tx, studentId, aboveVersion);
    case 'release':
      await endSealed(tx, studentId, 'moved');
      return setCustody(province, tx, studentId, 'moved-out');
    case 'claim-again':
      return summaryRecalled(province, tx, [must(summary, 'the summary of a record that was lost')]);
  }
}

/** As it stands, or in a next version above what the index has. */
async function tell(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  aboveVersion: number | null,
): Promise<void> {
  const openBusiness = (await findOpenBusiness(tx, studentId))?.title ?? null;
  if (aboveVersion === null) return tellAgain(province, tx, studentId, openBusiness);
  await raiseVersion(tx, studentId, aboveVersion);
  return changeStudent(province, tx, studentId, { openBusiness });
}
