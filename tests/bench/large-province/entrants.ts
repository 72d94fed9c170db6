import type { Org } from '../../../contracts/orgs/org.ts';
import type { IdCategory } from '../../../contracts/people/id-document.ts';
import type { RegistrationEntry } from '../../../contracts/registration-entry.ts';
import type { StudentForm } from '../../../contracts/student-form.ts';
import { SCHOOL_YEAR } from '../../../deploy/demo/earlier.ts';
import { samplePupils } from '../../../deploy/demo/pupils.ts';
import { must } from '../../../shared/assert.ts';
import type { Random } from '../../../shared/random.ts';

/** The autumn has lasted so long when the data are made: some of what waits is late. */
const AUTUMN_MS = 84 * 86_400_000;
/** The first school registers so many times as many as the others. */
const LARGE_TIMES = 20;
/** Of a school with more than a primary stage, so many register for the highest of its stages. */
const OTHER_ENTRANTS = 0.3;
const WITHOUT_DOCUMENT = 0.05;
const FOREIGN = 0.03;

export interface Entrant {
  entry: RegistrationEntry;
  form: StudentForm;
}

/** What each school hands in this autumn, one file a school, in an order of chance. */
export function* filesOf(
  random: Random,
  schools: readonly Org[],
  pupils: number,
  nowMs: number,
): Generator<{ school: Org; entrants: Entrant[]; uploadedMs: number }> {
  const order = schools.map((school) => ({ school, place: random.fraction() })).toSorted((a, b) => a.place - b.place);
  const shareOf = (school: Org): number => (school === schools[0] ? LARGE_TIMES : 1);
  const shares = schools.reduce((sum, school) => sum + shareOf(school), 0);
  const taken = new Map<string, Set<string>>();
  let share = 0;
  let made = 0;
  for (const { school, place } of order) {
    share += shareOf(school);
    const count = Math.floor((pupils * share) / shares) - made;
    made += count;
    const known = taken.get(school.regionCode) ?? new Set();
    taken.set(school.regionCode, known);
    yield { school, entrants: entrantsOf(random, school, count, known), uploadedMs: nowMs - AUTUMN_MS * (1 - place) };
  }
}

function entrantsOf(random: Random, school: Org, count: number, taken: Set<string>): Entrant[] {
  const highest = must(school.stages.at(-1), 'a stage');
  const others = highest === 'primary' ? 0 : Math.round(count * OTHER_ENTRANTS);
  const first = samplePupils(random, school, count - others, SCHOOL_YEAR, { taken });
  const later = samplePupils(random, school, others, SCHOOL_YEAR, { stage: highest, taken });
  return [
    ...first.map((form) => entrantOf(random, { kind: 'primary-entrant', stage: 'primary' }, form)),
    ...later.map((form) => entrantOf(random, { kind: 'other-entrant', stage: highest }, form)),
  ];
}

function entrantOf(random: Random, entry: Omit<RegistrationEntry, 'category'>, form: StudentForm): Entrant {
  const drawn = random.fraction();
  const { idNumber, ...pupil } = form;
  const as = (category: IdCategory, changed: StudentForm): Entrant => ({
    entry: { ...entry, category },
    form: changed,
  });
  if (drawn < WITHOUT_DOCUMENT) return as('none', { ...pupil, idType: 'Z' });
  // A passport with the digits of a number that nobody else has.
  if (drawn < WITHOUT_DOCUMENT + FOREIGN)
    return as('hmt-foreign', { ...pupil, idType: 'A', idNumber: `E${idNumber!.slice(2, 17)}` });
  return as('resident', form);
}
