import { entryModes, entryModesOf } from './codes/entry-mode.ts';
import type { IdType } from './codes/id-type.ts';
import type { CellFinding, Severity } from './core/sheet.ts';
import { nameOf } from './codes/code-table.ts';
import { sexes } from './codes/sex.ts';
import { checkIdNumber, idCategoryOf, idCategoryTitles } from './people/id-document.ts';
import type { IdCategory } from './people/id-document.ts';
import { stageTitles } from './orgs/org.ts';
import type { Stage } from './orgs/org.ts';
import { guardiansOf, fieldText } from './student-rules.ts';
import { memberFields } from './student-form.ts';
import type { StudentField, StudentForm } from './student-form.ts';

type Finding = CellFinding<StudentForm>;
export type RowCheck = (form: Partial<StudentForm>, today: string) => Finding[];

function finding(column: StudentField, message: string, suggestion?: string, severity: Severity = 'error'): Finding {
  return { column, severity, message, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** The number by the rule of its type, and what it tells of birth date and sex (GB 11643; features 1.2). */
export const idNumberAgrees: RowCheck = (form, today) => {
  if (form.idType === undefined || form.idNumber === undefined) return [];
  const checked = checkIdNumber(form.idType as IdType, form.idNumber, today);
  if (!checked.ok) return [finding('idNumber', checked.message, checked.suggestion)];
  const findings: Finding[] = [];
  if (checked.birthDate !== undefined && form.birthDate !== undefined && checked.birthDate !== form.birthDate)
    findings.push(
      finding(
        'birthDate',
        `与身份证件号中的出生日期${checked.birthDate}不一致`,
        fieldText('birthDate', checked.birthDate),
      ),
    );
  if (checked.sex !== undefined && form.sex !== undefined && checked.sex !== form.sex)
    findings.push(finding('sex', '与身份证件号中的性别不一致', nameOf(sexes, checked.sex)));
  return findings;
};

/** Pupils of different id categories never share a file (ministry's description, 调档学生导出). */
export function onlyCategory(category: IdCategory): RowCheck {
  return ({ idType }) => {
    if (idType === undefined || idCategoryOf(idType as IdType) === category) return [];
    return [finding('idType', `本模板只用于${idCategoryTitles[category]}学生`)];
  };
}

/**
 * Full years on 31 August of the year of entry. Compulsory education begins at six (义务教育法 第十一条); primary school lasts
 * five or six years, junior three or four. Younger or much older is not refused, but must be looked at.
 */
const entryAges: Record<Stage, { from: number; late: number }> = {
  primary: { from: 6, late: 8 },
  junior: { from: 11, late: 15 },
  senior: { from: 14, late: 19 },
};

/** The age at which a pupil entered the stage (`entryMonth` is that of the stage). */
export function ageAtEntry(stage: Stage): RowCheck {
  const { from, late } = entryAges[stage];
  return ({ birthDate, entryMonth }) => {
    if (birthDate === undefined || entryMonth === undefined) return [];
    const year = Number(entryMonth.slice(0, 4));
    const beforeBirthday = birthDate.slice(5) > '08-31' ? 1 : 0;
    const age = year - Number(birthDate.slice(0, 4)) - beforeBirthday;
    if (age < from)
      return [finding('birthDate', `到${year}年8月31日未满${ageTitle(from)}周岁，请确认`, undefined, 'warning')];
    if (age < late) return [];
    return [finding('birthDate', `到${year}年8月31日已满${age}周岁，请确认`, undefined, 'warning')];
  };
}

function ageTitle(age: number): string {
  return age === 6 ? '六' : String(age);
}

/** Of primary and junior school only 就近入学 and the other of compulsory education (§3.6 of the collected field rules). */
export function entryModeOfStage(stage: Stage): RowCheck {
  const offered = entryModesOf(stage);
  const names = offered.map((mode) => nameOf(entryModes, mode)).join('、');
  return ({ entryMode }) =>
    entryMode === undefined || offered.some((mode) => mode === entryMode)
      ? []
      : [finding('entryMode', `${stageTitles[stage]}的入学方式只有${names}`)];
}

/** Until August it is still the grade of the year before, and the new one may already be entered. */
function newestCohorts(today: string): number[] {
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  return month < 9 ? [year - 1, year] : [year];
}

/** A first-grader entered this school year: 入学年月 of another year is mostly a slip, and would give another grade. */
export const entersThisYear: RowCheck = ({ entryMonth }, today) => {
  if (entryMonth === undefined) return [];
  if (newestCohorts(today).includes(Number(entryMonth.slice(0, 4)))) return [];
  return [finding('entryMonth', '入学年月不在本学年，请确认是否为一年级新生', undefined, 'warning')];
};

/** How long a pupil can be of the stage, a year of grace included. */
const stageYears: Record<Stage, number> = { primary: 7, junior: 5, senior: 4 };

/** 非小学新生: of any grade but the first of primary school, whose entrants have an entry of their own (features 1.14). */
export function entryYearOfOthers(stage: Stage): RowCheck {
  return ({ entryMonth }, today) => {
    if (entryMonth === undefined) return [];
    const cohort = Number(entryMonth.slice(0, 4));
    const newest = newestCohorts(today);
    if (stage === 'primary' && newest.includes(cohort))
      return [finding('entryMonth', '一年级新生请从“小学新生注册”入口注册')];
    if (cohort > Math.max(...newest)) return [finding('entryMonth', '入学年月晚于本学年，请核对')];
    if (Math.max(...newest) - cohort < stageYears[stage]) return [];
    const message = `按入学年月早已从${stageTitles[stage]}毕业，请确认（应填进入${stageTitles[stage]}的年月）`;
    return [finding('entryMonth', message, undefined, 'warning')];
  };
}

/** A pupil of this category is from Hong Kong, Macao, Taiwan or abroad, and the record says so. */
export const overseasStated: RowCheck = ({ overseas }) =>
  overseas === '00' ? [finding('overseas', '港澳台和外籍学生请选择相应的港澳台侨外类别')] : [];

/** A child without a document is known by a guardian who has one (ministry's description, 无身份证件学生注册). */
export const guardianHasResidentId: RowCheck = (form) => {
  const known = guardiansOf(form).some(
    (member) => form[`member${member}IdType`] === '1' && form[`member${member}IdNumber`] !== undefined,
  );
  if (known) return [];
  const member = guardiansOf(form)[0] ?? 1;
  const column =
    form[`member${member}IdType`] === '1' ? (`member${member}IdNumber` as const) : (`member${member}IdType` as const);
  return [finding(column, '学生无身份证件，至少一名监护人须填写居民身份证号')];
};

/** The second implies the first (ministry's description §8 随迁子女, §9 留守儿童). */
const narrowerImpliesWider: RowCheck = (form) => {
  const findings: Finding[] = [];
  if (form.ruralLeftBehind === '1' && form.leftBehind === '0')
    findings.push(finding('leftBehind', '是农村留守儿童，就也是留守儿童', '是'));
  if (form.ruralWorkerChild === '1' && form.migrant === '0')
    findings.push(finding('migrant', '是进城务工人员随迁子女，就也是随迁子女', '是'));
  if (form.migrant === '1' && form.leftBehind === '1')
    findings.push(finding('leftBehind', '随迁子女一般不是留守儿童，请确认', undefined, 'warning'));
  return findings;
};

const schoolBusAgrees: RowCheck = ({ schoolBus, commutingMode }) =>
  commutingMode === '5' && schoolBus === '0' ? [finding('schoolBus', '上下学交通方式为校车，应乘坐校车', '是')] : [];

/** At least one guardian; each member's document by its own rule; what a named member must have. */
const familyMembers: RowCheck = (form, today) => {
  const findings: Finding[] = [];
  for (const member of [1, 2] as const) {
    const of = <F extends string>(field: F) => `member${member}${field}` as const;
    const [type, number] = [form[of('IdType')], form[of('IdNumber')]];
    if (type !== undefined && number !== undefined) {
      const checked = checkIdNumber(type as IdType, number, today);
      if (!checked.ok) findings.push(finding(of('IdNumber'), checked.message, checked.suggestion));
    } else if (number !== undefined) findings.push(finding(of('IdType'), '填写了身份证件号，请选择身份证件类型'));
    else if (type !== undefined && type !== 'Z')
      findings.push(finding(of('IdNumber'), '选择了身份证件类型，请填写身份证件号'));
    if (form[of('Relation')] === '9' && form[of('RelationNote')] === undefined)
      findings.push(finding(of('RelationNote'), '关系为“其他”时请说明'));
    // A guardian without a name is nobody's guardian.
    if (member === 2 && memberFields.some(([field]) => form[of(field)] !== undefined))
      for (const field of ['Name', 'Relation', 'Phone', 'Guardian'] as const)
        if (form[of(field)] === undefined) findings.push(finding(of(field), '填写了成员2，此项为必填'));
  }
  const said = form.member1Guardian !== undefined;
  if (said && guardiansOf(form).length === 0) findings.push(finding('member1Guardian', '至少一名家庭成员为监护人'));
  return findings;
};

/** What holds between the items of one pupil, whichever way they were entered. */
export const studentRowChecks: readonly RowCheck[] = [
  idNumberAgrees,
  narrowerImpliesWider,
  schoolBusAgrees,
  familyMembers,
];
