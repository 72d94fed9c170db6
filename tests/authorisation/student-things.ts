import type { Org } from '../../contracts/orgs/org.ts';
import { insertStudents } from '../../province-node/student/table.ts';
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
