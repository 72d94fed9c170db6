import { gradeTitle } from '../../contracts/orgs/org.ts';
import type { StudentEvent } from '../../contracts/packed-record.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import type { Kysely } from 'kysely';
import type { Tx } from '../../shared/db/store.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';

/** 学籍变动情况: what happened to the record, oldest first, here and where it was before. */
export async function eventsOf(province: Province, studentId: string): Promise<StudentEvent[]> {
  const { store, vault } = province;
  const events = await keptEvents(store.read, vault, studentId);
  const registered = await registrationOf(province, studentId);
  // A pupil who came back brings along what this province told when they left.
  if (registered && !events.some(({ id }) => id === registered.id)) events.push(registered);
  return events.toSorted((a, b) => (a.at < b.at ? -1 : 1));
}

/** All but the registration that this province made the record with. */
export async function keptEvents(db: Kysely<ProvinceDb>, vault: Vault, studentId: string): Promise<StudentEvent[]> {
  const kept = db.selectFrom('student_event').select('event').where('studentId', '=', studentId);
  return (await kept.execute()).map(({ event }) => JSON.parse(vault.open(event)) as StudentEvent);
}

/** The registration that made the record, with who decided it. */
async function registrationOf(province: Province, studentId: string): Promise<StudentEvent | undefined> {
  const { read } = province.store;
  const found = await read
    .selectFrom('registration')
    .innerJoin('org', 'org.id', 'registration.schoolId')
    .select(['registration.id', 'registration.stage', 'registration.cohort', 'org.name as schoolName'])
    .where('registration.studentId', '=', studentId)
    .where('registration.state', '=', 'approved')
    .executeTakeFirst();
  if (!found) return undefined;
  const steps = await read
    .selectFrom('application_step')
    .select(['act', 'orgName', 'personName', 'opinion', 'at'])
    .where('applicationId', '=', found.id)
    .orderBy('ordinal')
    .execute();
  return {
    id: found.id,
    act: 'registered',
    at: steps.at(-1)?.at ?? '',
    provinceName: province.province.name,
    schoolName: found.schoolName,
    gradeName: gradeTitle(found.stage as Stage, found.cohort),
    toProvinceName: null,
    toSchoolName: null,
    toGradeName: null,
    steps,
  };
}

/** Known once, an event is not changed. */
export async function keepEvents(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  events: readonly StudentEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await tx
    .insertInto('student_event')
    .values(
      events.map((event) => ({
        studentId,
        id: event.id,
        at: event.at,
        event: province.vault.seal(JSON.stringify(event)),
      })),
    )
    .onConflict((oc) => oc.doNothing())
    .execute();
}
