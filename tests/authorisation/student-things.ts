import { IN_PROVINCE_TRANSFER } from '../../contracts/in-province-transfer.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { insertStudents } from '../../province-node/student/table.ts';
import { startApplications } from '../../shared/chain/chain.ts';
import { layChain } from '../../shared/chain/lay-chain.ts';
import { isoTime } from '../../shared/clock.ts';
import { orgsUpward } from '../../shared/org/tree.ts';
import type { World } from '../world/world.ts';

/** A pupil's record at a school, for the authorisation matrix. */
export async function newStudent(world: World, orgs: readonly Org[], orgId: string): Promise<string | undefined> {
  const { context } = world.province('37');
  if (orgs.find(({ id }) => id === orgId)!.level !== 'school') return undefined;
  const [id, at] = [context.ids.next(), '2026-09-01T00:00:00.000Z'];
  const pupil = { name: '张三', sex: '1', birthDate: '2020-01-01', idType: '1', idNumberMasked: '' } as const;
  const place = { schoolId: orgId, stage: 'primary', cohort: 2026, classNo: '01', status: 'enrolled' } as const;
  const student = {
    ...pupil,
    ...place,
    id,
    studentNumber: `L${id}`,
    idCategory: 'resident' as const,
    idFingerprint: null,
    problem: 0,
    claimNo: null,
    version: 1,
    createdAt: at,
    changedAt: at,
  };
  await context.store.decide((tx) => insertStudents(tx, [{ student, form: context.vault.seal('{}') }]));
  return id;
}

/** A transfer within the province, of which the school is both sides: nobody else has a part in it. */
export async function newInProvince(world: World, orgs: readonly Org[], orgId: string): Promise<string | undefined> {
  const { context } = world.province('37');
  const studentId = await newStudent(world, orgs, orgId);
  if (studentId === undefined) return undefined;
  const org = orgs.find(({ id }) => id === orgId)!;
  const [id, at] = [context.ids.next(), '2026-09-01T00:00:00.000Z'];
  await context.store.decide(async (tx) => {
    const chain = layChain(['school', 'managing'], await orgsUpward(tx, orgId));
    const actor = { account: 'matrix', personName: '测试', role: 'school-registrar' as const, org };
    const one = { id, kind: IN_PROVINCE_TRANSFER, subject: studentId, orgId, otherOrgId: orgId, groupKey: '', chain };
    await startApplications(context, tx, actor, [{ ...one, blocked: null }]);
    const from = { fromSchoolId: orgId, fromStage: 'primary', fromCohort: 2026 } as const;
    const to = { toSchoolId: orgId, toStage: 'primary', toCohort: 2026 } as const;
    const asked = { reason: 'other', note: '', state: 'in-review', appliedAt: at } as const;
    const pupil = { studentId, name: '张三', studentNumber: `L${studentId}` };
    await tx
      .insertInto('in_province_transfer')
      .values({ id, ...pupil, ...from, ...to, ...asked })
      .execute();
  });
  return id;
}

/** A pupil whom a school has looked up. */
export async function newInProvinceDraft(
  world: World,
  orgs: readonly Org[],
  orgId: string,
): Promise<string | undefined> {
  const { context } = world.province('37');
  const studentId = await newStudent(world, orgs, orgId);
  if (studentId === undefined) return undefined;
  const draft = { id: context.ids.next(), studentId, schoolId: orgId, account: 'matrix' };
  const at = isoTime(context.clock.now());
  await context.store.decide((tx) =>
    tx
      .insertInto('in_province_draft')
      .values({ ...draft, at })
      .execute(),
  );
  return draft.id;
}
