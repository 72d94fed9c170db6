import type { Kysely } from 'kysely';
import { limitOn, ReminderStage, reminderDay } from '../../contracts/transfer-limit.ts';
import { must } from '../../shared/assert.ts';
import { getApplication } from '../../shared/chain/chain.ts';
import { currentStep } from '../../shared/chain/rules.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import { dueOnOf, hasReached, isLate } from '../../shared/transfer/limits.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { haveAgreed } from './agreed.ts';
import { getTransfer, TRANSFERS } from './table.ts';
import type { TransferReminderTable } from './table.ts';
import { changeTransfer } from './told.ts';

/** Reminders of one decision. */
const REMINDED_AT_ONCE = 100;

/**
 * 办理期限提醒 (features 18.7): whose turn it is is reminded at half and at four fifths of their days, once each, on the first page
 * here and, told with the case, on that of their province. The later stage first: who is met only then is reminded of that alone.
 */
export async function remind(hub: Hub): Promise<void> {
  for (const stage of ReminderStage.options.toReversed())
    for (let after: string | undefined = ''; after !== undefined;)
      after = await hub.store.decide((tx) => remindSome(hub, tx, stage, after!));
}

/** Answers the last id of a full batch; undefined when there are no more. */
async function remindSome(hub: Hub, tx: Tx<HubDb>, stage: ReminderStage, after: string): Promise<string | undefined> {
  const due = await dueQuery(tx, stage, hub.clock.now()).where('application.id', '>', after).execute();
  for (const { id, turnSince } of due) {
    const { fromProvince, toProvince, fromSchoolId, toSchoolId } = await getTransfer(tx, id);
    // A hub that was restored may have forgotten a decision: its telling of the case must not come before that.
    if (!(await haveAgreed(tx, [fromProvince, toProvince]))) continue;
    const { orgId, orgName } = must(currentStep(await getApplication(tx, id)), 'the step of what is in review');
    const at = isoTime(hub.clock.now());
    await tx.insertInto('transfer_reminder').values({ transferId: id, turnSince, stage, orgId, orgName, at }).execute();
    await changeTransfer(hub, tx, id);
    tellPages(hub, tx, TRANSFERS, [orgId, fromSchoolId, toSchoolId]);
  }
  return due.length === REMINDED_AT_ONCE ? due.at(-1)!.id : undefined;
}

/** What has come to this stage, is not late, and was reminded neither of it nor of a later one. */
function dueQuery(tx: Tx<HubDb>, stage: ReminderStage, nowMs: number) {
  const stages = ReminderStage.options.slice(ReminderStage.options.indexOf(stage));
  return tx
    .selectFrom('application')
    .innerJoin('transfer', 'transfer.id', 'application.id')
    .select(['application.id', 'application.turnSince'])
    .where('application.turnOrgId', 'is not', null)
    .where('transfer.state', '=', 'in-review')
    .where(hasReached('application.turnSince', stage, nowMs))
    .where(({ not }) => not(isLate('application.turnSince', nowMs)))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('transfer_reminder as r')
            .select('r.stage')
            .whereRef('r.transferId', '=', 'application.id')
            .whereRef('r.turnSince', '=', 'application.turnSince')
            .where('r.stage', 'in', stages),
        ),
      ),
    )
    .orderBy('application.id')
    .limit(REMINDED_AT_ONCE);
}

/** Oldest first. */
export function listReminders(db: Kysely<HubDb>, transferId: string): Promise<TransferReminderTable[]> {
  return db.selectFrom('transfer_reminder').selectAll().where('transferId', '=', transferId).orderBy('at').execute();
}

/** In the timeline of the case: which day it was, and until when it is to be decided. */
export function reminderText({ stage, turnSince }: Pick<TransferReminderTable, 'stage' | 'turnSince'>): string {
  const { workingDays } = limitOn(chinaDate(Date.parse(turnSince)));
  return `第 ${reminderDay(stage, workingDays)} 个工作日（共 ${workingDays} 个），应于 ${dueOnOf(turnSince)} 前核办`;
}
