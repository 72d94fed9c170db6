import type { z } from 'zod';
import { ClaimsRecounted } from '../../contracts/claim.ts';
import type { RecountClaims } from '../../contracts/claim.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { SoonWork } from '../../shared/jobs/soon.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Province } from '../context.ts';
import { restateChanges } from '../key-change/recount.ts';
import { restateLeft, restateLoaded } from '../legacy/recount.ts';
import { hasRoom } from '../legacy/tell.ts';
import { tellAll } from '../publication/business.ts';
import { restateRegistrations } from '../registration/recount.ts';
import type { ProvinceDb } from '../schema.ts';
import { nextOwedRecount, oweRecount, owedNoLonger } from './table.ts';
import type { OwedRecountTable } from './table.ts';

/**
 * The hub was restored and has forgotten claims above a number: it is told every one that this province was granted
 * since, also those that were let go, and then that these were all. What it had been told of this province's people comes
 * again too. Records of a load may be millions: they follow slice by slice.
 */
export async function recountAsked(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: ReadonlyArray<z.output<typeof RecountClaims.item>>,
): Promise<void> {
  await tellAll(province, tx);
  for (const { recount, afterNo } of items) {
    const told = [
      await restateChanges(province, tx, afterNo),
      await restateRegistrations(province, tx, afterNo),
      await restateLeft(province, tx, afterNo),
    ];
    await oweRecount(tx, { recount, afterNo, highestNo: Math.max(...told), afterStudent: '' });
  }
  afterCommit(tx, () => void soon(province, restateOwed));
}

/** As much as the hub has room for; a job goes on with the rest. */
export const restateOwed: SoonWork<Province> = {
  name: 'restate-claims',
  async run(province) {
    const { store } = province;
    while ((await nextOwedRecount(store.read)) && (await hasRoom(store)))
      await store.decide(async (tx) => {
        const owed = await nextOwedRecount(tx);
        if (owed) await restateSlice(province, tx, owed);
      });
  },
};

async function restateSlice(province: Province, tx: Tx<ProvinceDb>, owed: OwedRecountTable): Promise<void> {
  const told = await restateLoaded(province, tx, owed);
  const highestNo = Math.max(owed.highestNo, told.highestNo);
  if (told.afterStudent !== null) return oweRecount(tx, { ...owed, highestNo, afterStudent: told.afterStudent });
  province.outbox.queue(tx, HUB, ClaimsRecounted, { recount: owed.recount, highestNo });
  await owedNoLonger(tx, owed.recount);
}
