import type { Org } from '../../contracts/orgs/org.ts';
import { startApplications } from '../../shared/chain/chain.ts';
import { layChain } from '../../shared/chain/lay-chain.ts';
import { orgsUpward } from '../../shared/org/tree.ts';
import { openGroups } from '../../province-node/problem-record/open.ts';
import type { World } from '../world/world.ts';
import { newStudent } from './student-things.ts';

/** A problem record of a school, alone in its group: nobody else has a part in it. */
export async function newProblem(world: World, orgs: readonly Org[], orgId: string): Promise<string | undefined> {
  const { context } = world.province('37');
  const studentId = await newStudent(world, orgs, orgId);
  if (studentId === undefined) return undefined;
  const id = context.ids.next();
  const members = [{ studentId, since: '2026-09-01T00:00:00.000Z', claimNo: null }];
  const group = { id, kind: 'name-mismatch', origin: 'new', members } as const;
  await context.store.decide((tx) => openGroups(context, tx, [group]));
  const records = context.store.read.selectFrom('problem_record').select('id').where('groupId', '=', id);
  return (await records.executeTakeFirstOrThrow()).id;
}

/** A handling of one, under review. */
export async function newProblemHandling(
  world: World,
  orgs: readonly Org[],
  orgId: string,
): Promise<string | undefined> {
  const { context } = world.province('37');
  const recordId = await newProblem(world, orgs, orgId);
  if (recordId === undefined) return undefined;
  const org = orgs.find((one) => one.id === orgId)!;
  const id = context.ids.next();
  const { groupId, studentId } = await context.store.read
    .selectFrom('problem_record')
    .select(['groupId', 'studentId'])
    .where('id', '=', recordId)
    .executeTakeFirstOrThrow();
  await context.store.decide(async (tx) => {
    const chain = layChain(['school', 'managing'], await orgsUpward(tx, orgId));
    const actor = { account: 'matrix', personName: '测试', role: 'school-registrar' as const, org };
    const one = { id, kind: 'problem-handling', subject: studentId, orgId, groupKey: 'attest', chain, blocked: null };
    await startApplications(context, tx, actor, [one]);
    const chosen = { reach: 'in-province', handling: 'attest', note: '', state: 'in-review', text: null } as const;
    const sent = { handInAct: null, carryOutAct: null, evidenceDue: 0, handedInAt: '2026-09-01T00:00:00.000Z' };
    await tx
      .insertInto('problem_handling')
      .values({ id, recordId, groupId, studentId, ...chosen, ...sent })
      .execute();
  });
  return id;
}
