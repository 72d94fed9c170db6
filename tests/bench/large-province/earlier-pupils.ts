import type Database from 'better-sqlite3';
import type { Org, Stage } from '../../../contracts/orgs/org.ts';
import { maskIdNumber } from '../../../contracts/people/names.ts';
import { checkCharacter } from '../../../contracts/people/number-text.ts';
import { formalNumber } from '../../../contracts/people/student-number.ts';
import { SCHOOL_YEAR, yearsOf } from '../../../deploy/demo/earlier.ts';
import { ageAtEntry, sampleName } from '../../../deploy/demo/pupils.ts';
import { studentColumns } from '../../../province-node/student/table.ts';
import type { StudentTable } from '../../../province-node/student/table.ts';
import { seededRandom, systemRandom } from '../../../shared/random.ts';
import { FINGERPRINT_BYTES } from '../../../shared/signing/vault.ts';
import { inserter } from './writing.ts';

const CLASS_SIZE = 48;
const SUSPENDED_EVERY = 400;
/** The first school is so many times as large as the others. */
const LARGE_TIMES = 4;

interface Entered {
  school: Org;
  stage: Stage;
  cohort: number;
}

/**
 * The pupils who entered before this autumn, school by school in their classes: what lists read. Their sealed forms, which
 * only the page of one pupil opens, are left out: they alone would take 7 GB. Their fingerprints are chance: nothing that is
 * measured looks for an earlier pupil by number, and keyed ones would take as long as all the rest.
 */
export function enrolEarlier(
  db: Database.Database,
  nextId: () => string,
  schools: readonly Org[],
  pupils: number,
): void {
  const insert = inserter(db, 'student', studentColumns);
  const random = seededRandom(1);
  const years = schools.flatMap((school) =>
    school.stages.flatMap((stage) => cohortsOf(stage).map((cohort) => ({ school, stage, cohort }))),
  );
  const shareOf = ({ school }: Entered): number => (school === schools[0] ? LARGE_TIMES : 1);
  const shares = years.reduce((sum, year) => sum + shareOf(year), 0);
  const numbers = residentIds();
  let share = 0;
  let made = 0;
  for (const year of years) {
    share += shareOf(year);
    const until = Math.floor((pupils * share) / shares);
    for (let index = 0; made < until; index++, made++) insert(pupilOf(nextId(), year, index, numbers(year), random));
  }
}

function cohortsOf(stage: Stage): number[] {
  // Who enters this autumn is being registered.
  return Array.from({ length: yearsOf[stage] - 1 }, (_, index) => SCHOOL_YEAR - 1 - index);
}

/** Right resident ids of a county and a year of entry, each once: all days of birth in turn, then the next serial. */
function residentIds(): (year: Entered) => string {
  const given = new Map<string, number>();
  const daysOf = new Map<number, string[]>();
  return ({ school, stage, cohort }) => {
    const born = cohort - ageAtEntry[stage];
    const days = daysOf.get(born) ?? daysFrom(born);
    daysOf.set(born, days);
    const key = `${school.regionCode} ${born}`;
    const index = given.get(key) ?? 0;
    given.set(key, index + 1);
    const serial = String(Math.floor(index / days.length)).padStart(3, '0');
    const body = school.regionCode + days[index % days.length]! + serial;
    return body + checkCharacter(body);
  };
}

function daysFrom(year: number): string[] {
  return Array.from({ length: 365 }, (_, day) =>
    new Date(Date.UTC(year, 8, 1 + day)).toISOString().slice(0, 10).replaceAll('-', ''),
  );
}

function pupilOf(
  id: string,
  { school, stage, cohort }: Entered,
  index: number,
  idNumber: string,
  random: ReturnType<typeof seededRandom>,
): StudentTable {
  const sex = Number(idNumber[16]) % 2 === 1 ? '1' : '2';
  const { family, given } = sampleName(random, sex);
  const at = `${cohort}-09-01T01:00:00.000Z`;
  return {
    id,
    studentNumber: formalNumber(idNumber),
    name: family + given,
    sex,
    birthDate: `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`,
    idType: '1',
    idCategory: 'resident',
    idNumberMasked: maskIdNumber(idNumber),
    idFingerprint: Buffer.from(systemRandom.bytes(FINGERPRINT_BYTES)),
    schoolId: school.id,
    stage,
    cohort,
    classNo: String(1 + Math.floor(index / CLASS_SIZE)).padStart(2, '0'),
    status: index % SUSPENDED_EVERY === SUSPENDED_EVERY - 1 ? 'suspended' : 'enrolled',
    problem: 0,
    claimNo: null,
    version: 1,
    createdAt: at,
    changedAt: at,
  };
}
