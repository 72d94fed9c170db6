import type { Sex } from '../../contracts/codes/sex.ts';
import type { Org, Stage } from '../../contracts/orgs/org.ts';
import { formalNumber, nextTemporarySerial, temporaryNumber } from '../../contracts/people/student-number.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { idsFrom, seededRandom } from '../../shared/random.ts';
import { demoOrgs } from './orgs.ts';
import type { DemoProvince } from './orgs.ts';
import { ageAtEntry, samplePupils } from './pupils.ts';

/** The school year of the demonstration: its first-graders are registered by hand, everybody else is there already. */
export const SCHOOL_YEAR = 2026;
export const yearsOf: Record<Stage, number> = { primary: 6, junior: 3, senior: 3 };
const REGULAR = { classes: 12, size: 47 };
/** Classes of a special school are small. */
const SPECIAL = { classes: 1, size: 9 };
/** One of so many whose name and number did not match in the population registry: a temporary number, a problem record. */
const MISMATCH_EVERY = 180;
const SUSPENDED_EVERY = 400;
/** Of each junior school: left it this summer and are at no other school yet, so that one of another province can apply for them. */
const GRADUATES = 20;
const GRADUATES_DRAW = 20;
const GRADUATED_AT = `${SCHOOL_YEAR}-07-10T01:00:00.000Z`;

/** A pupil who entered in an earlier year. */
export interface EarlierPupil {
  school: Org;
  stage: Stage;
  cohort: number;
  /** When they entered. */
  at: string;
  changedAt: string;
  form: Required<Pick<StudentForm, 'name' | 'sex' | 'birthDate' | 'idType' | 'idNumber' | 'classNo'>> & StudentForm;
  id: string;
  studentNumber: string;
  claimNo: number;
  isMismatch: boolean;
  isSuspended: boolean;
  isGraduate: boolean;
}

export function schoolsOf(demo: DemoProvince): Org[] {
  return demoOrgs(demo).filter(({ level }) => level === 'school');
}

interface Cohort {
  stage: Stage;
  cohort: number;
  /** No other cohort of the school is drawn with this number. */
  draw: number;
  count: number;
  isGraduate: boolean;
}

/** Of one school: stages and the autumns in which its pupils entered, but for this year's first-graders; graduates last. */
function cohortsOf(school: Org): Cohort[] {
  const { classes, size } = classesOf(school);
  const present = school.stages.flatMap((stage) =>
    Array.from({ length: yearsOf[stage] }, (_, index): Cohort => {
      const year = index + 1;
      const draw = ageAtEntry[stage] + year;
      return { stage, cohort: SCHOOL_YEAR + 1 - year, draw, count: classes * size, isGraduate: false };
    }).filter(({ cohort }) => stage !== 'primary' || cohort !== SCHOOL_YEAR),
  );
  if (!school.stages.includes('junior')) return present;
  const cohort = SCHOOL_YEAR - yearsOf.junior;
  const count = Math.min(GRADUATES, size);
  return [...present, { stage: 'junior', cohort, draw: GRADUATES_DRAW, count, isGraduate: true }];
}

export function countEarlier(schools: readonly Org[]): number {
  return schools.flatMap(cohortsOf).reduce((all, { count }) => all + count, 0);
}

function classesOf({ schoolCategory }: Org): { classes: number; size: number } {
  return schoolCategory === 'special-education' ? SPECIAL : REGULAR;
}

/** Serials of temporary numbers given so far, by `county birthDate sex`. */
export type Serials = Map<string, number>;

/**
 * The pupils of these schools who entered in earlier years, in their classes: about 50,000 a province. Made from the school's id
 * alone, with claim numbers in their order, so that whoever makes them makes the same.
 */
export function* earlierPupils(
  schools: readonly Org[],
  firstClaimNo: number,
  serials: Serials = new Map(),
): Generator<EarlierPupil> {
  const taken = new Set<string>();
  let claimNo = firstClaimNo;
  for (const school of schools) {
    const { size } = classesOf(school);
    for (const { stage, cohort, draw, count, isGraduate } of cohortsOf(school)) {
      const chance = seededRandom(Number(school.id.slice(2)) * 100 + draw);
      const forms = samplePupils(chance, school, count, cohort, { stage, taken });
      const entered = Date.UTC(cohort, 8, 1, 1);
      const ids = idsFrom({ now: () => entered, after: () => () => undefined }, chance);
      const at = new Date(entered).toISOString();
      for (const [index, drawn] of forms.entries()) {
        const classNo = String(1 + Math.floor(index / size)).padStart(2, '0');
        const form = { ...drawn, classNo } as EarlierPupil['form'];
        const isMismatch = index % MISMATCH_EVERY === MISMATCH_EVERY - 1;
        yield {
          school,
          stage,
          cohort,
          at,
          changedAt: isGraduate ? GRADUATED_AT : at,
          form,
          id: ids.next(),
          studentNumber: isMismatch ? temporary(school, form, serials) : formalNumber(form.idNumber),
          claimNo: claimNo++,
          isMismatch,
          isSuspended: index % SUSPENDED_EVERY === SUSPENDED_EVERY - 1,
          isGraduate,
        };
      }
    }
  }
}

function temporary({ regionCode }: Org, { birthDate, sex }: EarlierPupil['form'], serials: Serials): string {
  const series = `${regionCode} ${birthDate} ${sex}`;
  const serial = nextTemporarySerial(serials.get(series), sex as Sex);
  serials.set(series, serial);
  return temporaryNumber(regionCode, birthDate, serial);
}
