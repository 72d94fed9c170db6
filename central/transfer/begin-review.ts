import { Problem } from '../../contracts/core/problems.ts';
import { must } from '../../shared/assert.ts';
import { startApplications } from '../../shared/chain/chain.ts';
import type { Actor } from '../../shared/chain/chain.ts';
import { chainsAt } from '../../shared/chain-configuration/chains.ts';
import type { Tx } from '../../shared/db/store.ts';
import { findOrg } from '../../shared/org/table.ts';
import { orgsUpward } from '../../shared/org/tree.ts';
import { transferChains } from '../../shared/transfer/chains.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import type { TransferTable } from './table.ts';

/**
 * The application begins: first the destination's chain, then the origin's, each as its province has configured it now (features
 * 18.3). It keeps the chain that it begins with.
 */
export async function beginReview(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable, applicant: Actor): Promise<void> {
  const { id, kind, studentId, toSchoolId, fromSchoolId, fromSchoolName, stage, cohort } = transfer;
  if (!(await findOrg(tx, fromSchoolId)))
    throw new Problem(
      'not-transferable',
      `转出学校“${fromSchoolName}”的机构信息还没有上报到统一平台，请转出省连接中央节点后再申请`,
    );
  const business = transferChains[kind];
  const ways = { in: toSchoolId, out: fromSchoolId };
  const record = must(
    await tx.selectFrom('national_record').select('stage').where('studentId', '=', studentId).executeTakeFirst(),
    'the record',
  );
  const stages = { in: stage, out: record.stage };
  const steps = [];
  for (const side of ['in', 'out'] as const) {
    const chain = await chainsAt(tx, business, [side], await orgsUpward(tx, ways[side]));
    steps.push(...chain(side, stages[side]));
  }
  await startApplications(hub, tx, applicant, [
    {
      id,
      kind,
      subject: studentId,
      orgId: toSchoolId,
      otherOrgId: fromSchoolId,
      groupKey: `${stage}${cohort}`,
      chain: steps,
      blocked: null,
    },
  ]);
}
