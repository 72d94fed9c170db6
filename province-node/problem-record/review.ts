import { Problem } from '../../contracts/core/problems.ts';
import type { ProblemReach } from '../../contracts/problem-record.ts';
import type { ReviewedBusiness } from '../../shared/chain/chain.ts';
import type { Application } from '../../shared/chain/rules.ts';
import { must } from '../../shared/assert.ts';
import { tablesOf } from '../../shared/db/tables-of.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { actOn } from './act.ts';
import { handlingChains } from './chains.ts';
import { getGroupOfRecord } from './group.ts';
import type { KeptGroup } from './group.ts';
import { setHandling } from './handling.ts';
import { reasonAgainstRemoving, removeRecord } from './remove.ts';
import { PROBLEM_RECORDS } from './table.ts';
import type { ProblemHandlingTable } from './table.ts';

/** The review of 佐证 and 删除. Refused, it is the school's turn again, with the opinion; it then chooses anew. */
export function reviewedProblems(reach: ProblemReach): ReviewedBusiness<Province> {
  return {
    ...handlingChains(reach),
    topic: PROBLEM_RECORDS,
    refused: 'refuse',
    async onDecided(province, tx, applications) {
      for (const application of applications) await decided(province, tx as Tx<ProvinceDb>, application);
    },
    async namesOf(db, ids) {
      const rows = tablesOf<ProvinceDb>(db)
        .selectFrom('problem_handling')
        .innerJoin('student', 'student.id', 'problem_handling.studentId')
        .select(['problem_handling.id', 'student.name'])
        .where('problem_handling.id', 'in', ids);
      return new Map((await rows.execute()).map(({ id, name }) => [id, name]));
    },
  };
}

async function decided(province: Province, tx: Tx<ProvinceDb>, { id, state }: Application): Promise<void> {
  const handlings = tx.selectFrom('problem_handling').selectAll().where('id', '=', id);
  const handling = must(await handlings.executeTakeFirst(), 'the handling of an application');
  const { group } = await getGroupOfRecord(province, tx, handling.recordId);
  const last = await tx
    .selectFrom('application_step')
    .select(['orgName', 'personName', 'opinion'])
    .where('applicationId', '=', id)
    .orderBy('ordinal', 'desc')
    .executeTakeFirstOrThrow();
  const said = { ...last, studentId: handling.studentId, handling: handling.handling };
  if (state === 'approved') return carryOut(province, tx, group, handling, last);
  if (state !== 'in-review') await setHandling(tx, id, { state: 'ended' });
  await actOn(province, tx, group, { ...said, act: state === 'in-review' ? 'approve' : 'return' });
}

/**
 * The last approval. On an own group it takes effect at once; on the hub's the hub is asked, and a deletion takes effect here when
 * the group that it tells shows it (protocol §5).
 */
async function carryOut(
  province: Province,
  tx: Tx<ProvinceDb>,
  group: KeptGroup,
  { id, studentId, handling }: ProblemHandlingTable,
  said: { orgName: string; personName: string; opinion: string },
): Promise<void> {
  await setHandling(tx, id, { state: 'done' });
  const reason = handling === 'delete' ? await reasonAgainstRemoving(tx, studentId) : undefined;
  if (reason) throw new Problem('not-approvable', reason);
  const carryOutAct = await actOn(province, tx, group, { ...said, act: 'carry-out', studentId, handling });
  if (carryOutAct !== null) await setHandling(tx, id, { state: 'sent', carryOutAct });
  else if (handling === 'delete') await removeRecord(province, tx, studentId, id);
}
