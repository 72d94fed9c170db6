import { z } from 'zod';
import { excludes } from './exclusive-business.ts';
import type { RecordStatus } from './national-index.ts';
import { recordStatusTitles } from './national-index.ts';
import { gradeTitle, stageTitles } from './orgs/org.ts';
import type { Stage } from './orgs/org.ts';

/** Who may be transferred across provinces, and what stands against it (features 18.2, 18.6; domain.md §1.6). Pure. */

export const TransferKind = z.enum(['cross-province-transfer', 'cross-province-enrolment']);
export type TransferKind = z.infer<typeof TransferKind>;
export const transferKindTitles: Record<TransferKind, string> = {
  'cross-province-transfer': '跨省转学',
  'cross-province-enrolment': '毕业后跨省就学',
};

/**
 * What stands against a transfer. Phase one told the first ones only after the application, by number: 2001 no such pupil, 2002
 * open business, 2003 problem record.
 */
export const BlockerCode = z.enum([
  'no-such-pupil',
  'same-province',
  'status-not-allowed',
  'problem-record',
  'open-business',
  'transfer-under-way',
  'stage-not-taught',
]);
export type BlockerCode = z.infer<typeof BlockerCode>;

export const Blocker = z.object({
  code: BlockerCode,
  /** One sentence: what it is, and who can clear it. */
  text: z.string(),
  /** It may pass by itself, or by somebody else's doing: the application can be kept until then. */
  passing: z.boolean(),
});
export type Blocker = z.infer<typeof Blocker>;

/** What the hub knows of the pupil and of the school that asks. */
export interface TransferFacts {
  kind: TransferKind;
  record: {
    province: string;
    schoolName: string;
    stage: Stage;
    status: RecordStatus;
    problem: boolean;
    /** Title of the business that is open on the record at its province; null without one. */
    openBusiness: string | null;
  };
  /** The two-digit code's node that the school belongs to, and what it teaches. */
  toProvince: string;
  toStages: readonly Stage[];
  /** The school that has another transfer of this pupil under way. */
  underWayAt: string | null;
}

const stageAfter: Partial<Record<Stage, Stage>> = { primary: 'junior', junior: 'senior' };

/** The stages that a pupil may go to: their own; the next one after graduating. */
function stagesFor({ kind, record }: TransferFacts): Stage[] {
  const next = stageAfter[record.stage];
  if (kind === 'cross-province-enrolment' || record.status === 'graduated') return next ? [next] : [];
  return [record.stage];
}

/** 在校、其他离校、出境、退学、开除、小学毕业 may transfer (ministry's description §18); graduates of junior school enrol elsewhere. */
function statusAllowed({ kind, record: { status, stage } }: TransferFacts): boolean {
  if (kind === 'cross-province-enrolment') return status === 'graduated' && stage === 'junior';
  return status === 'enrolled' || status === 'left' || (status === 'graduated' && stage === 'primary');
}

/** Everything that stands against it, each with who can clear it; empty when nothing does. */
export function blockersOf(facts: TransferFacts): Blocker[] {
  const { record, kind } = facts;
  const blockers: Blocker[] = [];
  const add = (code: BlockerCode, passing: boolean, text: string): void => void blockers.push({ code, passing, text });
  if (record.province === facts.toProvince) add('same-province', false, '该生学籍就在本省，请通过“省内转学”办理。');
  if (!statusAllowed(facts)) {
    const can =
      kind === 'cross-province-enrolment'
        ? '毕业后跨省就学只面向初中毕业生'
        : '只有在校、离校或小学毕业的学生可以跨省转学';
    const ends: readonly RecordStatus[] = ['deceased', 'graduated', 'deleted'];
    const passing = !ends.includes(record.status);
    add(
      'status-not-allowed',
      passing,
      `该生目前为“${stageTitles[record.stage]}${recordStatusTitles[record.status]}”，${can}；` +
        `如状态有误或需要复学，请${record.schoolName}先办理学籍异动。`,
    );
  }
  if (record.problem && excludes('problem', kind === 'cross-province-enrolment' ? 'cross-province-transfer' : kind))
    add('problem-record', true, `该生是问题学籍，不能办理任何异动，请${record.schoolName}先处理完问题学籍。`);
  if (record.openBusiness !== null)
    add(
      'open-business',
      true,
      `该生在${record.schoolName}有正在办理的“${record.openBusiness}”，请该校办结或撤销后再转学。`,
    );
  if (facts.underWayAt !== null)
    add('transfer-under-way', true, `${facts.underWayAt}已为该生申请转学，请与该校联系，由其撤销或办结。`);
  const stages = stagesFor(facts);
  if (statusAllowed(facts) && !stages.some((stage) => facts.toStages.includes(stage)))
    add(
      'stage-not-taught',
      false,
      `该生应就读${stages.map((stage) => stageTitles[stage]).join('、')}，本校没有这一学段，请由有该学段的学校申请。`,
    );
  return blockers;
}

/** Of what was asked for nobody is found: which of the two is wrong is not said (attack A36). */
export const noSuchPupil: Blocker = {
  code: 'no-such-pupil',
  passing: false,
  text: '没有找到学籍号与姓名一致的学生，请核对学生提供的全国学籍号和姓名，或请其原学校核对。',
};

/** The school year that a day belongs to begins on the first of September. */
const SCHOOL_YEAR_BEGINS = '-09-01';

export function schoolYearOf(today: string): number {
  const year = Number(today.slice(0, 4));
  return today >= `${year}${SCHOOL_YEAR_BEGINS}` ? year : year - 1;
}

/** How many school years a stage has at most. */
export const yearsOf: Record<Stage, number> = { primary: 6, junior: 4, senior: 3 };

/** The grades that the school may take the pupil into, the pupil's own first. `schoolYear` is the year in which it began. */
export function gradesFor(
  facts: TransferFacts,
  cohort: number,
  schoolYear: number,
): { stage: Stage; cohort: number; title: string }[] {
  return stagesFor(facts)
    .filter((stage) => facts.toStages.includes(stage))
    .flatMap((stage) => {
      const first = stage === facts.record.stage ? cohort : schoolYear;
      const cohorts = Array.from({ length: yearsOf[stage] }, (_, index) => schoolYear - index);
      return [first, ...cohorts.filter((one) => one !== first)].map((one) => ({
        stage,
        cohort: one,
        title: gradeTitle(stage, one),
      }));
    });
}
