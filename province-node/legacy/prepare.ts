import { gradeTitle } from '../../contracts/orgs/org.ts';
import type { Org, Stage } from '../../contracts/orgs/org.ts';
import { idCategoryOf } from '../../contracts/people/id-document.ts';
import type { IdType } from '../../contracts/codes/id-type.ts';
import { maskIdNumber } from '../../contracts/people/names.ts';
import type { StudentEvent } from '../../contracts/packed-record.ts';
import { must } from '../../shared/assert.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import { fingerprintOf } from '../registration/form.ts';
import { cohortOf } from '../registration/rules.ts';
import type { StudentTable } from '../student/table.ts';
import type { LegacyRow } from './read-row.ts';
import { stageOf } from './rules.ts';

/** A row that becomes a record: all of it but what only the decision can give. */
export interface PreparedRecord {
  row: number;
  student: Omit<
    StudentTable,
    'id' | 'studentNumber' | 'problem' | 'createdAt' | 'changedAt' | 'claimNo' | 'version' | 'status'
  >;
  /** The county of the school, for a temporary number. */
  regionCode: string;
  studentNumber: string | undefined;
  isCheckDigitWrong: boolean;
  /** Sealed. */
  form: Buffer;
  event: Buffer;
}

/** What the load says of itself in the history of each record. */
export interface LoadIdentity {
  id: string;
  at: string;
  provinceName: string;
}

/** Why a row cannot become a record at this school; undefined: it can. */
export function reasonAgainstSchool(school: Org | undefined, { form }: LegacyRow): string | undefined {
  if (!school) return `没有学校标识码为${form.schoolCode ?? ''}的学校，请核对，或先在机构管理中建立该学校`;
  if (school.level !== 'school') return '该代码不是学校，请填写学校标识码';
  return school.stages.length === 0 ? '该学校没有登记办学的教育阶段，请先在机构管理中补充' : undefined;
}

/** A few hundred schools in turn: an export goes by schools, and each small buffer that is kept keeps the 8 KB it was cut from. */
const SEALED_EVENTS_MAX = 2_000;

/** The history of one row is that of all who came into a grade of a school by this load: sealed once. */
export function sealedEvents(vault: Vault, load: LoadIdentity): (school: Org, stage: Stage, cohort: number) => Buffer {
  const sealed = new Map<string, Buffer>();
  return (school, stage, cohort) => {
    const key = `${school.id} ${stage} ${cohort}`;
    const event = sealed.get(key) ?? vault.seal(JSON.stringify(eventOf(load, school, stage, cohort)));
    if (sealed.size >= SEALED_EVENTS_MAX) sealed.clear();
    sealed.set(key, event);
    return event;
  };
}

/** Of a row without a refusal, at its school. */
export function prepare(
  vault: Vault,
  eventAt: ReturnType<typeof sealedEvents>,
  { row, form, ...read }: LegacyRow,
  school: Org,
): PreparedRecord {
  const stage = must(stageOf(school.stages, form), 'a stage of the school');
  const cohort = cohortOf(must(form.entryMonth, 'entry month'));
  return {
    row,
    student: {
      name: must(form.name, 'name'),
      sex: must(form.sex, 'sex'),
      birthDate: must(form.birthDate, 'birth date'),
      idType: must(form.idType, 'id type'),
      idCategory: idCategoryOf(form.idType as IdType),
      idNumberMasked: maskIdNumber(form.idNumber ?? ''),
      idFingerprint: fingerprintOf(vault, form),
      schoolId: school.id,
      stage,
      cohort,
      classNo: form.classNo ?? '',
    },
    regionCode: school.regionCode,
    studentNumber: read.studentNumber,
    isCheckDigitWrong: read.isCheckDigitWrong,
    form: vault.seal(JSON.stringify(form)),
    event: eventAt(school, stage, cohort),
  };
}

function eventOf(load: LoadIdentity, school: Org, stage: Stage, cohort: number): StudentEvent {
  return {
    id: load.id,
    act: 'loaded',
    at: load.at,
    provinceName: load.provinceName,
    schoolName: school.name,
    gradeName: gradeTitle(stage, cohort),
    toProvinceName: null,
    toSchoolName: null,
    toGradeName: null,
    steps: [],
  };
}
