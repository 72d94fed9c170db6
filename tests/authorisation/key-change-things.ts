import type { Org } from '../../contracts/orgs/org.ts';
import { KEY_CHANGE } from '../../contracts/key-change-kind.ts';
import { startApplications } from '../../shared/chain/chain.ts';
import { layChain } from '../../shared/chain/lay-chain.ts';
import { isoTime } from '../../shared/clock.ts';
import { orgsUpward } from '../../shared/org/tree.ts';
import type { World } from '../world/world.ts';
import { newStudent } from './student-things.ts';

/** A key-data change that a school has applied for, for the authorisation matrix. */
export async function newKeyChange(world: World, orgs: readonly Org[], orgId: string): Promise<string | undefined> {
  const { context } = world.province('37');
  const studentId = await newStudent(world, orgs, orgId);
  if (studentId === undefined) return undefined;
  const org = orgs.find(({ id }) => id === orgId)!;
  const [id, appliedAt] = [context.ids.next(), isoTime(context.clock.now())];
  const values = { name: '张三', idType: '1', sex: '1', birthDate: '2020-01-01', cohort: '2026', classNo: '01' };
  const form = context.vault.seal(JSON.stringify({ before: values, after: { ...values, name: '张四' }, note: '' }));
  await context.store.decide(async (tx) => {
    const chain = layChain(['school', 'managing'], await orgsUpward(tx, orgId));
    const actor = { account: 'matrix', personName: '测试', role: 'school-registrar' as const, org };
    const one = { id, kind: KEY_CHANGE, subject: studentId, orgId, groupKey: 'ordinary', chain, blocked: null };
    await startApplications(context, tx, actor, [one]);
    const pupil = { studentId, schoolId: orgId, name: '张三', studentNumber: `L${studentId}`, idNumberMasked: '' };
    const place = { stage: 'primary', cohort: 2026, category: 'resident' } as const;
    const checks = { mark: null, openFingerprint: null, checkState: 'passed', checkedAt: null, holder: null } as const;
    const claims = { claimNo: null, claimBefore: null, releasedNo: null, verification: null, numberAfter: null };
    const problem = { problemGroup: null, problemRevision: null };
    await tx
      .insertInto('key_change')
      .values({
        id,
        ...pupil,
        ...place,
        ...checks,
        ...claims,
        ...problem,
        fields: '["name"]',
        state: 'in-review',
        appliedAt,
      })
      .execute();
    await tx.insertInto('key_change_form').values({ keyChangeId: id, form }).execute();
  });
  return id;
}

/** A pupil whom their school has looked up. */
export async function newKeyChangeDraft(
  world: World,
  orgs: readonly Org[],
  orgId: string,
): Promise<string | undefined> {
  const { context } = world.province('37');
  const studentId = await newStudent(world, orgs, orgId);
  if (studentId === undefined) return undefined;
  const form = context.vault.seal(JSON.stringify({ values: {}, note: '' }));
  const draft = { id: context.ids.next(), studentId, schoolId: orgId, revision: 1, form };
  const at = isoTime(context.clock.now());
  await context.store.decide((tx) =>
    tx
      .insertInto('key_change_draft')
      .values({ ...draft, at })
      .execute(),
  );
  return draft.id;
}
