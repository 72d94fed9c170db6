import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import { transferStateTitles } from '../../contracts/transfer.ts';
import type { TransferState } from '../../contracts/transfer.ts';
import type { urgeTransfer } from '../../contracts/transfer-monitor.ts';
import { must } from '../../shared/assert.ts';
import { getApplication } from '../../shared/chain/chain.ts';
import { currentStep } from '../../shared/chain/rules.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Call } from '../../shared/http/serve.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { workingDayOf } from '../../shared/working-days.ts';
import { getTransfer, TRANSFERS } from './table.ts';
import type { TransferUrgeTable } from './table.ts';

/**
 * 催办 (features 18.7): the unit whose turn it is finds it on its first page, and the case says so. A second one for the same
 * working day is refused, also when both are clicked at once.
 */
export async function urge(
  hub: Hub,
  call: Call<HubDb>,
  { id, words }: z.output<typeof urgeTransfer.input>,
): Promise<z.input<typeof urgeTransfer.output>> {
  const nowMs = hub.clock.now();
  return call.decide(async (tx, note) => {
    const transfer = await getTransfer(tx, id);
    const reason = reasonAgainstUrging(transfer.state, (await listUrges(tx, id)).at(-1), nowMs);
    if (reason !== null) throw new Problem('illegal-move', reason);
    const { orgId, orgName } = must(currentStep(await getApplication(tx, id)), 'the step of what is in review');
    const { account, personName } = call.caller;
    const at = isoTime(nowMs);
    const day = workingDayOf(chinaDate(nowMs));
    await tx
      .insertInto('transfer_urge')
      .values({ transferId: id, day, orgId, orgName, words, account, personName, at })
      .execute();
    note(id, `催办${orgName}`);
    tellPages(hub, tx, TRANSFERS, [orgId, transfer.fromSchoolId, transfer.toSchoolId]);
    return { orgName, at };
  });
}

/** Oldest first. */
export function listUrges(db: Kysely<HubDb>, transferId: string): Promise<TransferUrgeTable[]> {
  return db.selectFrom('transfer_urge').selectAll().where('transferId', '=', transferId).orderBy('day').execute();
}

/** Why nobody can be urged now, as Chinese text. `latest` is the urge before this one. */
export function reasonAgainstUrging(
  state: TransferState,
  latest: Pick<TransferUrgeTable, 'day' | 'orgName'> | undefined,
  nowMs: number,
): string | null {
  if (state !== 'in-review') return `目前“${transferStateTitles[state]}”，没有单位需要核办，不用催办`;
  if (latest && latest.day >= workingDayOf(chinaDate(nowMs)))
    return `本工作日已催办过${latest.orgName}，下一个工作日可以再次催办`;
  return null;
}
