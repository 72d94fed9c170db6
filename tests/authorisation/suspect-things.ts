import type { Hub } from '../../central/context.ts';
import { findOrg } from '../../shared/org/table.ts';

/** A pair of records of the school; undefined at a bureau. */
export async function newSuspect(hub: Hub, orgId: string): Promise<string | undefined> {
  const org = await findOrg(hub.store.read, orgId);
  if (org?.level !== 'school') return undefined;
  const [id, firstId, secondId] = [hub.ids.next(), hub.ids.next(), hub.ids.next()];
  const record = {
    version: 1,
    claimNo: null,
    province: 'p-37',
    name: '张三',
    sex: '1',
    birthDate: '2020-01-01',
    idType: 'Z',
    identitySealed: null,
    identityFingerprint: null,
    schoolId: orgId,
    schoolName: org.name,
    stage: 'primary' as const,
    cohort: 2026,
    status: 'enrolled' as const,
    problem: 0,
    openBusiness: null,
    changedAt: '2026-09-01T00:00:00.000Z',
  };
  await hub.store.decide(async (tx) => {
    const records = [firstId, secondId].map((studentId) => ({ ...record, studentId, studentNumber: `L${studentId}` }));
    await tx.insertInto('national_record').values(records).execute();
    // Not to be found by the job as well.
    await tx.deleteFrom('suspect_due').where('studentId', 'in', [firstId, secondId]).execute();
    const place = { firstProvince: 'p-37', secondProvince: 'p-37', firstSchoolId: orgId, secondSchoolId: orgId };
    const nobody = { judgedByOrg: null, judgedBy: null, judgedBecause: null, judgedAt: null };
    const found = { score: 90, reasons: '["same-name"]', foundAt: '2026-09-01T00:00:00.000Z', state: 'open' as const };
    await tx
      .insertInto('suspect')
      .values({ id, firstId, secondId, ...place, ...found, ...nobody })
      .execute();
  });
  return id;
}
