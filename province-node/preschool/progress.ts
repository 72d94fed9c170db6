import type { Kysely } from 'kysely';
import { Problem } from '../../contracts/core/problems.ts';
import { reasonAgainstMove } from '../../contracts/preschool-rules.ts';
import type { PreschoolMove, RegistrationProgress } from '../../contracts/preschool-rules.ts';
import { inSlices } from '../../shared/slices.ts';
import type { ProvinceDb } from '../schema.ts';
import type { PreschoolListEntryTable } from './table.ts';

/** What of an entry its registration is recognised by. */
type Registering = Pick<
  PreschoolListEntryTable,
  'id' | 'schoolId' | 'name' | 'sex' | 'birthDate' | 'idFingerprint' | 'category'
>;

/** Entries compared in one statement. */
const ENTRIES_PER_QUERY = 200;

/**
 * 学籍注册状态 of each entry, by its id, from the registrations and records of the province: by document, wherever it is
 * registered; without one by who the pupil is, in the same school.
 */
export async function progressOf(
  db: Kysely<ProvinceDb>,
  entries: readonly Registering[],
): Promise<Map<string, RegistrationProgress>> {
  const progress = new Map<string, RegistrationProgress>();
  for (const slice of inSlices(entries, ENTRIES_PER_QUERY)) {
    const documents = await progressOfDocuments(
      db,
      slice.flatMap(({ idFingerprint }) => idFingerprint ?? []),
    );
    const people = await progressOfPeople(
      db,
      slice.filter(({ idFingerprint }) => idFingerprint === null),
    );
    for (const entry of slice) {
      const { id, idFingerprint } = entry;
      const known = idFingerprint ? documents.get(idFingerprint.toString('hex')) : people.get(personOf(entry));
      progress.set(id, known ?? 'not-begun');
    }
  }
  return progress;
}

const byState = { 'in-review': 'under-way', returned: 'returned', approved: 'finished' } as const;
const order: readonly RegistrationProgress[] = ['not-begun', 'returned', 'under-way', 'finished'];

/** Of several registrations of one pupil, the farthest counts: one that was returned may have been handed in anew by file. */
function note<Key>(known: Map<Key, RegistrationProgress>, key: Key, found: RegistrationProgress): void {
  const before = known.get(key) ?? 'not-begun';
  if (order.indexOf(found) > order.indexOf(before)) known.set(key, found);
}

async function progressOfDocuments(
  db: Kysely<ProvinceDb>,
  fingerprints: readonly Buffer[],
): Promise<Map<string, RegistrationProgress>> {
  const known = new Map<string, RegistrationProgress>();
  if (fingerprints.length === 0) return known;
  const registrations = await db
    .selectFrom('registration')
    .select(['idFingerprint', 'state'])
    .where('idFingerprint', 'in', fingerprints)
    .execute();
  for (const { idFingerprint, state } of registrations)
    if (state !== 'ended') note(known, idFingerprint!.toString('hex'), byState[state]);
  const students = await db
    .selectFrom('student')
    .select('idFingerprint')
    .where('idFingerprint', 'in', fingerprints)
    .execute();
  for (const { idFingerprint } of students) note(known, idFingerprint!.toString('hex'), 'finished');
  return known;
}

async function progressOfPeople(
  db: Kysely<ProvinceDb>,
  entries: readonly Registering[],
): Promise<Map<string, RegistrationProgress>> {
  const known = new Map<string, RegistrationProgress>();
  if (entries.length === 0) return known;
  const registrations = await db
    .selectFrom('registration')
    .select(['schoolId', 'name', 'sex', 'birthDate', 'state'])
    .where('category', '=', 'none')
    .where('schoolId', 'in', [...new Set(entries.map(({ schoolId }) => schoolId))])
    .where('name', 'in', [...new Set(entries.map(({ name }) => name))])
    .execute();
  for (const one of registrations) if (one.state !== 'ended') note(known, personOf(one), byState[one.state]);
  return known;
}

function personOf({ schoolId, name, sex, birthDate }: Omit<Registering, 'id' | 'idFingerprint' | 'category'>): string {
  return [schoolId, name, sex, birthDate].join(':');
}

/** Throws `illegal-move` when the registration of the entry's pupil has gone too far for it. */
export async function mustAllow(
  db: Kysely<ProvinceDb>,
  move: PreschoolMove,
  entries: readonly Registering[],
): Promise<void> {
  const progress = await progressOf(db, entries);
  const refused = entries.flatMap(({ id, name }) => {
    const reason = reasonAgainstMove(move, progress.get(id) ?? 'not-begun');
    return reason ? [{ pointer: `/${id}`, detail: `${name}：${reason}` }] : [];
  });
  const [first] = refused;
  if (!first) return;
  const summary = entries.length === 1 ? first.detail : `有 ${refused.length} 人不能操作，${first.detail}`;
  throw new Problem('illegal-move', summary, entries.length === 1 ? {} : { errors: refused });
}
