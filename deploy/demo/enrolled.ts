import { categoryCodes, listClaimsOn, saveNewClaims, takeClaimNumbers } from '../../central/claim/table.ts';
import type { Hub } from '../../central/context.ts';
import { takeSummaries } from '../../central/national-index/business.ts';
import type { Sex } from '../../contracts/codes/sex.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { maskIdNumber, maskName } from '../../contracts/people/names.ts';
import { formalNumber, nextTemporarySerial, temporaryNumber } from '../../contracts/people/student-number.ts';
import type { Org, Stage } from '../../contracts/orgs/org.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Province } from '../../province-node/context.ts';
import { openGroups } from '../../province-node/problem-record/open.ts';
import { fingerprintOf, identityKeyOf } from '../../province-node/registration/form.ts';
import { insertStudents, takeTemporarySerial } from '../../province-node/student/table.ts';
import type { StudentTable } from '../../province-node/student/table.ts';
import { must } from '../../shared/assert.ts';
import { idsFrom, seededRandom } from '../../shared/random.ts';
import { ageAtEntry, samplePupils } from './pupils.ts';

/** The school year of the demonstration: its first-graders are registered by hand, everybody else is there already. */
export const SCHOOL_YEAR = 2026;
export const yearsOf: Record<Stage, number> = { primary: 6, junior: 3, senior: 3 };
const CLASSES = 12;
const CLASS_SIZE = 47;
/** Classes of a special school are small. */
const SPECIAL = { classes: 1, size: 9 };
/** One of so many whose name and number did not match in the population registry: a temporary number, a problem record. */
const MISMATCH_EVERY = 180;
const SUSPENDED_EVERY = 400;

/**
 * The pupils of a school who entered in earlier years, in their classes, with their claims and summaries at the hub: about
 * 50,000 a province. Made from the school's id alone, so that a start which was cut off makes the same ones again; a year
 * that is there is left alone.
 */
export async function enrolEarlierYears(hub: Hub, province: Province, school: Org, taken: Set<string>): Promise<void> {
  const { classes, size } =
    school.schoolCategory === 'special-education' ? SPECIAL : { classes: CLASSES, size: CLASS_SIZE };
  for (const stage of school.stages)
    for (let year = 1; year <= yearsOf[stage]; year++) {
      const cohort = SCHOOL_YEAR + 1 - year;
      if (stage === 'primary' && cohort === SCHOOL_YEAR) continue;
      const chance = seededRandom(Number(school.id.slice(2)) * 100 + ageAtEntry[stage] + year);
      const forms = samplePupils(chance, school, classes * size, cohort, { stage, taken });
      const there = province.store.read.selectFrom('student').select('id').where('schoolId', '=', school.id);
      if (await there.where('stage', '=', stage).where('cohort', '=', cohort).executeTakeFirst()) continue;
      const entered = Date.UTC(cohort, 8, 1, 1);
      const ids = idsFrom({ now: () => entered, after: () => () => undefined }, chance);
      const pupils = forms.map((form, index) => ({
        form: { ...form, classNo: String(1 + Math.floor(index / size)).padStart(2, '0') },
        id: ids.next(),
        isMismatch: index % MISMATCH_EVERY === MISMATCH_EVERY - 1,
        isSuspended: index % SUSPENDED_EVERY === SUSPENDED_EVERY - 1,
      }));
      await enrol(hub, province, { school, stage, cohort, at: new Date(entered).toISOString() }, pupils);
    }
}

interface Year {
  school: Org;
  stage: Stage;
  cohort: number;
  at: string;
}

interface Pupil {
  form: StudentForm;
  id: string;
  isMismatch: boolean;
  isSuspended: boolean;
}

async function enrol(hub: Hub, province: Province, year: Year, pupils: readonly Pupil[]): Promise<void> {
  const { school, stage, cohort, at } = year;
  const from: NodeId = `p-${province.province.code}`;
  const numbers = await numbersOf(province, school, pupils);
  const students = await hub.store.decide(async (tx) => {
    const firstNo = await takeClaimNumbers(tx, pupils.length);
    const mine = pupils.map(({ form, id }, index) => ({
      claimNo: firstNo + index,
      fingerprint: hub.vault.fingerprint(must(identityKeyOf(form), 'identity')),
      category: categoryCodes.resident,
      province: from,
      studentId: id,
      application: id,
      schoolId: school.id,
      schoolName: school.name,
      maskedName: maskName(must(form.name, 'name')),
      studentNumber: must(numbers[index], 'number'),
      at: Date.parse(at),
    }));
    const saved = await saveNewClaims(tx, mine);
    // A start that was cut off had made them; the province had not.
    const earlier = await listClaimsOn(
      tx,
      mine.filter((_, index) => !saved[index]).map(({ fingerprint }) => fingerprint),
    );
    const byPupil = new Map(
      [...mine.filter((_, index) => saved[index]), ...earlier].map((one) => [one.studentId, one]),
    );
    const claimOf = ({ id }: Pupil): number => must(byPupil.get(id), 'claim').claimNo;
    const enrolled = pupils.map((pupil, index) =>
      studentOf(province, year, pupil, must(numbers[index], 'number'), claimOf(pupil)),
    );
    const summaries = enrolled.map((student, index) => {
      const { idCategory: _c, idNumberMasked: _m, idFingerprint: _f, createdAt: _a, classNo: _n, ...told } = student;
      const { id: studentId, problem, ...rest } = told;
      const identityKey = identityKeyOf(pupils[index]!.form);
      return { ...rest, studentId, problem: problem === 1, openBusiness: null, identityKey, schoolName: school.name };
    });
    await takeSummaries(hub, tx, summaries, { from });
    return enrolled;
  });
  await province.store.decide(async (tx) => {
    const forms = pupils.map(({ form }) => province.vault.seal(JSON.stringify(form)));
    await insertStudents(
      tx,
      students.map((student, index) => ({ student, form: must(forms[index], 'form') })),
    );
    const problems = students.filter(({ problem }) => problem === 1);
    await openGroups(
      province,
      tx,
      problems.map(({ id, claimNo }) => ({
        id: province.ids.next(),
        kind: 'name-mismatch' as const,
        origin: 'legacy' as const,
        members: [{ studentId: id, since: at, claimNo }],
      })),
    );
  });
  hub.log.debug({ school: school.id, stage, cohort, pupils: pupils.length }, 'demo pupils');
}

async function numbersOf(province: Province, school: Org, pupils: readonly Pupil[]): Promise<string[]> {
  const numbers: string[] = [];
  for (const { form, isMismatch } of pupils) {
    const { idNumber, birthDate, sex } = form as Required<StudentForm>;
    if (!isMismatch) {
      numbers.push(formalNumber(idNumber));
      continue;
    }
    const key = { regionCode: school.regionCode, birthDate, sex };
    const serial = await province.store.decide((tx) =>
      takeTemporarySerial(tx, key, (last) => nextTemporarySerial(last, sex as Sex)),
    );
    numbers.push(temporaryNumber(school.regionCode, birthDate, serial));
  }
  return numbers;
}

function studentOf(
  province: Province,
  { school, stage, cohort, at }: Year,
  { form, id, isMismatch, isSuspended }: Pupil,
  studentNumber: string,
  claimNo: number,
): StudentTable {
  const { name, sex, birthDate, idType, idNumber, classNo } = form as Required<StudentForm>;
  return {
    id,
    studentNumber,
    name,
    sex,
    birthDate,
    idType,
    idCategory: 'resident',
    idNumberMasked: maskIdNumber(idNumber),
    idFingerprint: fingerprintOf(province.vault, form),
    schoolId: school.id,
    stage,
    cohort,
    classNo,
    status: isSuspended ? 'suspended' : 'enrolled',
    problem: isMismatch ? 1 : 0,
    claimNo,
    version: 1,
    createdAt: at,
    changedAt: at,
  };
}
