import {
  handlingTitles,
  memberStateTitles,
  problemErrorTitles,
  problemKindTitles,
  problemOriginTitles,
} from '../../../contracts/problem-rules.ts';
import { lockedTitles, problemTypeTitles } from '../../../contracts/problem-record.ts';
import type { ProblemReach, ProblemRow } from '../../../contracts/problem-record.ts';
import { stageTitles } from '../../../contracts/orgs/org.ts';
import { code, custom, date, idNumber, text, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition, orgCondition, textCondition } from '../../../shared/web/conditions.ts';
import type { Condition } from '../../../shared/web/conditions.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { dateText } from '../../../shared/web/formats.ts';
import { memberTones } from '../../../shared/web/problem-tones.ts';

/** What every list of problem records shows: the ministry's columns, and among the first how each stands. */
export const problemColumns: readonly Column<ProblemRow>[] = [
  custom('type', '问题学籍类型', ({ kind }) => <span className="cell-narrow">{problemKindTitles[kind]}</span>),
  custom('handling', '处理方式', ({ handling }) => (handling ? handlingTitles[handling] : '')),
  text('schoolName', '学校名称'),
  text('gradeName', '年级名称', { hidden: true }),
  custom('className', '班级名称', ({ className }) => className ?? '待分班', { hidden: true }),
  text('name', '学生姓名', { sortable: true }),
  text('sex', '性别', { hidden: true }),
  custom('state', '处理状态', (row) => <Standing row={row} />),
  custom('turnName', '当前处理单位', ({ turnName }) => turnName ?? ''),
  custom('dueOn', '办理期限', (row) => <Due row={row} />),
  text('idType', '身份证件类型', { hidden: true }),
  idNumber('idNumber', '身份证件号'),
  idNumber('studentNumber', '学籍号', { hidden: true }),
  // A sentence that follows from the type: the width of a list is for how the record stands.
  custom('error', '错误类型', ({ kind }) => problemErrorTitles[kind], { hidden: true }),
  code('origin', '问题来源', problemOriginTitles, { hidden: true }),
  custom('locked', '是否锁定', ({ locked }) => lockedTitles[locked ? 'yes' : 'no'], { hidden: true }),
  time('turnSince', '轮到时间', { sortable: true, hidden: true }),
  date('openedAt', '发现日期', { sortable: true, hidden: true }),
];

/** Of lists of one school, or of what one has to do: without what is the same in every row. */
export function columnsWithout(...names: readonly string[]): readonly Column<ProblemRow>[] {
  return problemColumns.filter(({ name }) => !names.includes(name));
}

export function Standing({ row: { state, lost } }: { row: Pick<ProblemRow, 'state' | 'lost'> }) {
  const isLoser = lost && state === 'waiting';
  return (
    <StateTag tone={isLoser ? 'bad' : memberTones[state]}>
      {isLoser ? '仲裁不通过，待处理' : memberStateTitles[state]}
    </StateTag>
  );
}

export function Due({ row: { dueOn, isLate } }: { row: Pick<ProblemRow, 'dueOn' | 'isLate'> }) {
  if (!dueOn) return null;
  return isLate ? <StateTag tone="bad">{dateText(dueOn)} 已超期</StateTag> : dateText(dueOn);
}

type Name =
  | 'type'
  | 'error'
  | 'handling'
  | 'locked'
  | 'standing'
  | 'origin'
  | 'stage'
  | 'cohort'
  | 'name'
  | 'studentNumber'
  | 'idNumber';

const shared: readonly Condition<Name>[] = [
  choiceCondition('type', '问题学籍类型', problemTypeTitles),
  textCondition('name', '学生姓名', '完整姓名'),
  textCondition('idNumber', '身份证件号', '完整号码'),
  textCondition('studentNumber', '全国学籍号', '完整号码'),
  choiceCondition('error', '错误类型', problemErrorTitles),
  textCondition('cohort', '年级', '入学年份，如 2023'),
  choiceCondition('stage', '教育阶段', stageTitles),
];
const judged: readonly Condition<Name>[] = [
  choiceCondition('handling', '处理方式', handlingTitles),
  choiceCondition('locked', '是否锁定', lockedTitles),
];

/** 处理, by a school. */
export const turnConditions = [...shared, choiceCondition('origin', '问题来源', problemOriginTitles)];
/** 审核, by a school and by a bureau. */
export const ownReviewConditions = [...shared, ...judged];
export const reviewConditions = [orgCondition('orgId', '学校或区域'), ...ownReviewConditions];
/** 查询, by a school and by a bureau. */
export const schoolConditions = [
  ...shared,
  ...judged,
  choiceCondition('standing', '处理状态', memberStateTitles),
  choiceCondition('origin', '问题来源', problemOriginTitles),
];
export const bureauConditions = [orgCondition('orgId', '学校或区域'), ...schoolConditions];

/** What each menu says of itself. */
export const reachNotes: Record<ProblemReach, string> = {
  'in-province': '同组学籍都在本省：后注册或后变更关键信息的一方先处理',
  'cross-province': '同组学籍涉及外省：处理结果经国家平台告知对方，各方都佐证的由教育部仲裁',
};
