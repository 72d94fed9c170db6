import type { z } from 'zod';
import type { withdrawKeyChange } from '../../contracts/key-change.ts';
import { KEY_CHANGE } from '../../contracts/key-change-kind.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { getApplication, withdrawApplication } from '../../shared/chain/chain.ts';
import { isoTime } from '../../shared/clock.ts';
import { dropUnsubmitted, removeFiles } from '../../shared/evidence/evidence.ts';
import type { Call } from '../../shared/http/serve.ts';
import { mustBeInScope } from '../../shared/org/scope.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeStudent } from '../student/change.ts';
import { tellOf } from './checks.ts';
import { letGo } from './claim.ts';
import { tellListener } from './listener.ts';
import type { KeyChangeListener } from './listener.ts';
import { getKeyChangeRow } from './table.ts';

/** Also of one that was returned: its claim was let go then. */
export async function withdraw(
  province: Province,
  call: Call<ProvinceDb>,
  { id, reason }: z.output<typeof withdrawKeyChange.input>,
  listener: KeyChangeListener | undefined,
): Promise<z.input<typeof withdrawKeyChange.output>> {
  return call.decide(async (tx, note) => {
    const change = await getKeyChangeRow(tx, id);
    await mustBeInScope(tx, change.schoolId, call.caller);
    if (change.state === 'approved') throw new Problem('illegal-move', '变更已经生效，不能撤销；需要时请重新申请变更');
    if (change.state === 'ended') throw new Problem('illegal-move', '该申请已经结束');
    await withdrawApplication(province, tx, await getApplication(tx, id), call.caller, reason);
    if (change.state === 'in-review') letGo(province, tx, change);
    await tx.updateTable('key_change').set({ state: 'ended', openFingerprint: null }).where('id', '=', id).execute();
    await tx.deleteFrom('key_change_draft').where('id', '=', id).execute();
    await changeStudent(province, tx, change.studentId, { openBusiness: null });
    await tellListener(listener, province, tx, change, 'withdrawn');
    tellOf(province, tx, change);
    note(id, '撤销关键数据变更');
    return { id, state: 'ended' };
  });
}

/** What was looked up and not handed in within a week is looked up again. */
const DRAFT_KEPT_MS = 7 * 24 * 3_600_000;

/** Job. What was returned keeps what was typed to mend it. */
export async function removeOldDrafts(province: Province): Promise<void> {
  const before = isoTime(province.clock.now() - DRAFT_KEPT_MS);
  const files = await province.store.decide(async (tx) => {
    const gone = await tx
      .deleteFrom('key_change_draft')
      .where('at', '<', before)
      .where('id', 'not in', (eb) => eb.selectFrom('key_change').select('id'))
      .returning('id')
      .execute();
    return dropUnsubmitted(
      tx,
      KEY_CHANGE,
      gone.map(({ id }) => id),
    );
  });
  await removeFiles(province, files);
}
