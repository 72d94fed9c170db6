import { saveNewClaims, takeClaimNumbers } from '../../central/claim/table.ts';
import type { IdentityClaim } from '../../central/claim/table.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { otherSchool } from './registration.ts';
import type { World } from './world.ts';

/** A pupil of 广东 has this identity. */
export async function heldElsewhere(
  world: World,
  pupil: StudentForm,
  more: Partial<IdentityClaim> = {},
): Promise<void> {
  const { store, vault, ids, clock } = world.hub.context;
  await store.decide(async (tx) => {
    const claimNo = await takeClaimNumbers(tx, 1);
    const fingerprint = vault.fingerprint(`resident:${pupil.idNumber}`);
    const pupilThere = { studentId: ids.next(), application: ids.next(), maskedName: '李*', studentNumber: 'L1' };
    const there = { province: 'p-44' as const, schoolId: otherSchool.id, schoolName: otherSchool.name };
    await saveNewClaims(tx, [{ claimNo, fingerprint, category: 1, ...pupilThere, ...there, at: clock.now(), ...more }]);
  });
}
