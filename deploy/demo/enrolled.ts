import { categoryCodes, listClaimsOn, saveNewClaims, takeClaimNumbers } from '../../central/claim/table.ts';
import type { Hub } from '../../central/context.ts';
import type { IdentityClaim } from '../../central/claim/table.ts';
import { takeSummaries } from '../../central/national-index/business.ts';
import type { HubDb } from '../../central/schema.ts';
import { compareDue } from '../../central/suspect/look.ts';
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
import type { ProvinceDb } from '../../province-node/schema.ts';
import { must } from '../../shared/assert.ts';
import { nextTurn } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { idsFrom, seededRandom } from '../../shared/random.ts';
import { inSlices } from '../../shared/slices.ts';
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
 * 50,000 a province. Made from the school's id alone, so that a start which was cut off makes the same ones again; who
 * is there is left alone.
 */
export async function enrolEarlierYears(hub: Hub, province: Province, school: Org, taken: Set<string>): Promise<void> {
  const pupils = await missingOf(province, school, taken);
  if (pupils.length === 0) return;
  const numbered = await withNumbers(province, await sealed(hub, province, pupils));
  for (const slice of inSlices(numbered, TOLD_AT_ONCE)) {
    const told = await hub.store.decide((tx) => tellHub(hub, tx, province, slice));
    await province.store.decide((tx) => insert(province, tx, told));
  }
  hub.log.debug({ school: school.id, pupils: pupils.length }, 'demo pupils');
}

interface Pupil {
  school: Org;
  stage: Stage;
  cohort: number;
  /** When they entered. */
  at: string;
  form: StudentForm;
  id: string;
  isMismatch: boolean;
  isSuspended: boolean;
}
/** What takes time is worked out before any decision. */
interface Sealed extends Pupil {
  /** As the hub and as the province know the identity. */
  claimed: Buffer;
  idFingerprint: Buffer | null;
  sealedForm: Buffer;
}
type Numbered = Sealed & { studentNumber: string };

/** Drawn all of them, also those who are there: what is drawn later must not depend on it. */
async function missingOf(province: Province, school: Org, taken: Set<string>): Promise<Pupil[]> {
  const { classes, size } =
    school.schoolCategory === 'special-education' ? SPECIAL : { classes: CLASSES, size: CLASS_SIZE };
  const missing: Pupil[] = [];
  for (const stage of school.stages)
    for (let year = 1; year <= yearsOf[stage]; year++) {
      const cohort = SCHOOL_YEAR + 1 - year;
      if (stage === 'primary' && cohort === SCHOOL_YEAR) continue;
      const chance = seededRandom(Number(school.id.slice(2)) * 100 + ageAtEntry[stage] + year);
      const forms = samplePupils(chance, school, classes * size, cohort, { stage, taken });
      const entered = Date.UTC(cohort, 8, 1, 1);
      const ids = idsFrom({ now: () => entered, after: () => () => undefined }, chance);
      const pupils = forms.map((form, index) => ({
        school,
        stage,
        cohort,
        at: new Date(entered).toISOString(),
        form: { ...form, classNo: String(1 + Math.floor(index / size)).padStart(2, '0') },
        id: ids.next(),
        isMismatch: index % MISMATCH_EVERY === MISMATCH_EVERY - 1,
        isSuspended: index % SUSPENDED_EVERY === SUSPENDED_EVERY - 1,
      }));
      const there = await idsThere(province, pupils);
      missing.push(...pupils.filter(({ id }) => !there.has(id)));
      await nextTurn();
    }
  return missing;
}

/** At whatever school they are now. */
async function idsThere({ store }: Province, pupils: readonly Pupil[]): Promise<Set<string>> {
  const ids = pupils.map(({ id }) => id);
  const rows = await store.read.selectFrom('student').select('id').where('id', 'in', ids).execute();
  return new Set(rows.map(({ id }) => id));
}

async function sealed(hub: Hub, province: Province, pupils: readonly Pupil[]): Promise<Sealed[]> {
  const all: Sealed[] = [];
  for (const slice of inSlices(pupils, SEALED_AT_ONCE)) {
    for (const pupil of slice)
      all.push({
        ...pupil,
        claimed: hub.vault.fingerprint(must(identityKeyOf(pupil.form), 'identity')),
        idFingerprint: fingerprintOf(province.vault, pupil.form),
        sealedForm: province.vault.seal(JSON.stringify(pupil.form)),
      });
    await nextTurn();
  }
  return all;
}

/** Between two turns of the event loop. */
const SEALED_AT_ONCE = 100;

async function withNumbers(province: Province, pupils: readonly Sealed[]): Promise<Numbered[]> {
  return province.store.decide(async (tx) => {
    const numbered: Numbered[] = [];
    for (const pupil of pupils) {
      const { idNumber, birthDate, sex } = pupil.form as Required<StudentForm>;
      const { regionCode } = pupil.school;
      const temporary = async (): Promise<string> => {
        const next = (last: number | undefined): number => nextTemporarySerial(last, sex as Sex);
        const serial = await takeTemporarySerial(tx, { regionCode, birthDate, sex }, next);
        return temporaryNumber(regionCode, birthDate, serial);
      };
      numbered.push({ ...pupil, studentNumber: pupil.isMismatch ? await temporary() : formalNumber(idNumber) });
    }
    return numbered;
  });
}

interface Told {
  pupil: Numbered;
  student: StudentTable;
}

/** Claims, summaries, and the comparison of what is due, as the hub's own businesses make them. */
async function tellHub(hub: Hub, tx: Tx<HubDb>, province: Province, pupils: readonly Numbered[]): Promise<Told[]> {
  const from: NodeId = `p-${province.province.code}`;
  const claims = await claim(tx, from, pupils);
  const told = pupils.map((pupil): Told => {
    const { claimNo, studentNumber } = must(claims.get(pupil.id), 'claim');
    return { pupil, student: studentOf(pupil, studentNumber ?? pupil.studentNumber, claimNo) };
  });
  await takeSummaries(hub, tx, told.map(summaryOf), { from });
  await compareDue(
    hub,
    tx,
    told.map(({ student }) => student.id),
  );
  return told;
}

/**
 * Pupils of one decision of the hub. Each row of the index is a statement with a trigger, and so a savepoint, whose end costs by
 * what the decision has written before it: in decisions of ten thousand a pupil took thirty times as long.
 */
const TOLD_AT_ONCE = 250;

/** By pupil; what a start that was cut off had claimed is found. */
async function claim(tx: Tx<HubDb>, from: NodeId, pupils: readonly Numbered[]): Promise<Map<string, IdentityClaim>> {
  const firstNo = await takeClaimNumbers(tx, pupils.length);
  const mine = pupils
    .toSorted((one, other) => Buffer.compare(one.claimed, other.claimed))
    .map((pupil, index): IdentityClaim => ({
      claimNo: firstNo + index,
      fingerprint: pupil.claimed,
      category: categoryCodes.resident,
      province: from,
      studentId: pupil.id,
      application: pupil.id,
      schoolId: pupil.school.id,
      schoolName: pupil.school.name,
      maskedName: maskName(must(pupil.form.name, 'name')),
      studentNumber: pupil.studentNumber,
      at: Date.parse(pupil.at),
    }));
  const saved = await saveNewClaims(tx, mine);
  const claims = new Map(mine.filter((_, index) => saved[index]).map((one) => [one.studentId, one]));
  const held = mine.filter((_, index) => !saved[index]).map(({ fingerprint }) => fingerprint);
  for (const earlier of await listClaimsOn(tx, held)) claims.set(earlier.studentId, earlier);
  return claims;
}

function summaryOf({ pupil: { form, school }, student }: Told) {
  const { idCategory: _c, idNumberMasked: _m, idFingerprint: _f, createdAt: _a, classNo: _n, ...told } = student;
  const { id: studentId, problem, ...rest } = told;
  const identityKey = identityKeyOf(form);
  return { ...rest, studentId, problem: problem === 1, openBusiness: null, identityKey, schoolName: school.name };
}

async function insert(province: Province, tx: Tx<ProvinceDb>, told: readonly Told[]): Promise<void> {
  const records = told.map(({ pupil, student }) => ({ student, form: pupil.sealedForm }));
  await insertStudents(tx, records);
  await openGroups(
    province,
    tx,
    told
      .filter(({ pupil }) => pupil.isMismatch)
      .map(({ pupil, student: { id, claimNo } }) => ({
        id: province.ids.next(),
        kind: 'name-mismatch' as const,
        origin: 'legacy' as const,
        members: [{ studentId: id, since: pupil.at, claimNo }],
      })),
  );
}

function studentOf(
  { school, stage, cohort, at, form, id, isMismatch, isSuspended, idFingerprint }: Sealed,
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
    idFingerprint,
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
