import type Database from 'better-sqlite3';
import type { Org } from '../../../contracts/orgs/org.ts';
import { studentOf } from '../../../province-node/registration/approval.ts';
import { newRegistration, registrationColumns } from '../../../province-node/registration/register.ts';
import type { RegistrationTable } from '../../../province-node/registration/table.ts';
import { studentColumns } from '../../../province-node/student/table.ts';
import { isoTime } from '../../../shared/clock.ts';
import { seededRandom } from '../../../shared/random.ts';
import type { Vault } from '../../../shared/signing/vault.ts';
import { filesOf } from './entrants.ts';
import { openNumbers } from './numbers.ts';
import { LARGE_COUNTY } from './orgs.ts';
import { openReviews } from './reviews.ts';
import { checksAt, stopsOf } from './stops.ts';
import type { RegistrationsMade, Stop } from './stops.ts';
import { inserter } from './writing.ts';

/**
 * This autumn's registrations: rows, applications, histories, sealed forms and records as the node itself writes them,
 * each as far as it is drawn to have come.
 */
export function registerThisAutumn(
  db: Database.Database,
  { vault, nextId, nowMs }: { vault: Vault; nextId: () => string; nowMs: number },
  { bureaus, schools }: { bureaus: readonly Org[]; schools: readonly Org[] },
  made: RegistrationsMade,
): void {
  const random = seededRandom(2);
  const insertRegistration = inserter(db, 'registration', registrationColumns);
  const insertForm = inserter(db, 'registration_form', ['registrationId', 'form']);
  const insertStudent = inserter(db, 'student', studentColumns);
  const review = openReviews(db, [...bureaus, ...schools]);
  const numbers = openNumbers();
  const stopOf = stopsOf(random, made);
  for (const { school, entrants, uploadedMs } of filesOf(random, schools, made.underWay + made.registered, nowMs)) {
    const createdAt = isoTime(uploadedMs);
    const file = { importId: nextId(), schoolId: school.id, createdAt };
    for (const { entry, form } of entrants) {
      const isCounted = entry.kind === 'primary-entrant' && entry.category === 'resident';
      const stop = stopOf(entry.category, isCounted && school.parentId === LARGE_COUNTY);
      const registration: RegistrationTable = {
        ...newRegistration(vault, { ...entry, ...file, id: nextId() }, form),
        ...checksAt(stop, entry.category, createdAt, random, numbers.nextClaim),
        ...outcomeOf(stop),
      };
      if (stop === 'registered') {
        const studentNumber = numbers.numberOf(registration, school.regionCode, form);
        registration.studentNumber = studentNumber;
        insertStudent(studentOf(registration, studentNumber, createdAt));
      }
      review(registration, stop, uploadedMs, nowMs);
      insertRegistration(registration);
      insertForm({ registrationId: registration.id, form: vault.seal(JSON.stringify(form)) });
    }
  }
  const insertSerial = inserter(db, 'temporary_serial', ['regionCode', 'birthDate', 'sex', 'lastSerial']);
  for (const serial of numbers.serials()) insertSerial(serial);
}

/** Only an open registration holds its identity. */
function outcomeOf(stop: Stop): Partial<RegistrationTable> {
  if (stop === 'registered') return { state: 'approved', openFingerprint: null };
  return stop === 'returned' || stop === 'ended' ? { state: stop, openFingerprint: null } : {};
}
