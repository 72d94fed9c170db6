import { ClaimIdentity } from '../../contracts/claim.ts';
import type { ClaimCategory } from '../../contracts/claim.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { setBlocked } from '../../shared/chain/chain.ts';
import { must } from '../../shared/assert.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { identityKeyOf, openForm } from './form.ts';
import { blockedBy } from './rules.ts';
import { selectWithForms } from './table.ts';
import type { RegistrationTable } from './table.ts';

/** Claims the pupil's identity at the hub; without a document there is nothing to claim. */
export function claim(
  province: Province,
  tx: Tx<ProvinceDb>,
  registration: RegistrationTable,
  form: StudentForm,
  schoolName: string,
): void {
  const key = identityKeyOf(form);
  if (key === null) return;
  province.outbox.queue(tx, 'hub', ClaimIdentity, {
    application: registration.id,
    studentId: registration.studentId,
    category: registration.category as ClaimCategory,
    identityKey: key,
    name: registration.name,
    schoolId: registration.schoolId,
    schoolName,
    mark: markOf(registration),
  });
}

/** What the hub gives back with its answer: which identity it is about. Keyed, so it is nobody else's to read. */
export function markOf({ idFingerprint }: Pick<RegistrationTable, 'idFingerprint'>): string | undefined {
  return idFingerprint?.toString('base64');
}

/** The claims of these open registrations are gone at the hub: their checks begin anew. */
export async function claimAgain(province: Province, tx: Tx<ProvinceDb>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const nothing = { claimNo: null, checkedAt: null, holder: null, verification: null };
  await tx
    .updateTable('registration')
    .set({ checkState: 'unchecked', ...nothing })
    .where('id', 'in', ids)
    .execute();
  await setBlocked(province, tx, ids, blockedBy('unchecked'));
  const registrations = await selectWithForms(tx).where('id', 'in', ids).execute();
  const schoolNames = await schoolNamesOf(tx, registrations);
  for (const registration of registrations) {
    const name = must(schoolNames.get(registration.schoolId), 'school of a registration');
    claim(province, tx, registration, openForm(province.vault, registration), name);
  }
}

/** School id → name, of the schools of these registrations. */
export async function schoolNamesOf(
  tx: Tx<ProvinceDb>,
  registrations: ReadonlyArray<Pick<RegistrationTable, 'schoolId'>>,
): Promise<Map<string, string>> {
  const ids = [...new Set(registrations.map(({ schoolId }) => schoolId))];
  if (ids.length === 0) return new Map();
  const schools = await tx.selectFrom('org').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(schools.map(({ id, name }) => [id, name]));
}
