import { useNavigate } from 'react-router';
import { stageTitles } from '../../../contracts/orgs/org.ts';
import {
  assignedTitles,
  custodyTitles,
  exportStudents,
  listedStatusTitles,
  listStudents,
  problemTitles,
} from '../../../contracts/student.ts';
import type { StudentRow } from '../../../contracts/student.ts';
import { custom, date, idNumber, text, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition, orgCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { studentPath } from '../../web/paths.ts';
import { CustodyCell, StatusTag } from './custody.tsx';

const schoolConditions = [
  textCondition('name', '学生姓名'),
  textCondition('studentNumber', '学籍号', '完整号码'),
  textCondition('idNumber', '身份证件号', '完整号码'),
  textCondition('cohort', '年级', '入学年份，如 2023'),
  textCondition('classNo', '班级', '班号，如 03'),
  choiceCondition('status', '就读状态', listedStatusTitles),
  choiceCondition('custody', '学籍归属', custodyTitles),
  choiceCondition('assigned', '是否分班', assignedTitles),
  choiceCondition('problem', '是否问题学籍', problemTitles),
  choiceCondition('stage', '教育阶段', stageTitles),
];
const bureauConditions = [orgCondition('orgId', '学校或区域'), ...schoolConditions];

const columns: Column<StudentRow>[] = [
  text('name', '学生姓名', { sortable: true }),
  idNumber('studentNumber', '学籍号'),
  text('idType', '身份证件类型', { hidden: true }),
  idNumber('idNumber', '身份证件号', { width: 160 }),
  text('sex', '性别', { width: 48 }),
  date('birthDate', '出生日期', { hidden: true }),
  custom('status', '学生状态', StatusTag),
  custom('custody', '学籍归属', (row) => <CustodyCell row={row} />),
  text('schoolName', '学校名称'),
  text('schoolId', '学校标识码', { hidden: true }),
  text('gradeName', '年级名称'),
  custom('className', '班级名称', classOf),
  custom('problem', '是否问题学籍', problemOf),
  time('changedAt', '最近变动', { sortable: true, hidden: true }),
];
const schoolColumns = columns.filter(({ name }) => name !== 'schoolName' && name !== 'schoolId');

/** 学生信息查询: pupils in every state, those who came and those who have left included (features 15.1). */
export function StudentsPage() {
  const { org } = useSession();
  const navigate = useNavigate();
  const isSchool = org.level === 'school';
  return (
    <>
      <PageHeader title="学生信息查询" note="包括已毕业、已离校和已调往外省的学生" />
      <QueryTable
        endpoint={listStudents}
        rowKey="id"
        columns={isSchool ? schoolColumns : columns}
        conditions={isSchool ? schoolConditions : bureauConditions}
        empty="还没有学生。学籍注册审核通过后，或学生从外省转入后，在这里可以看到。"
        onOpen={({ id }) => void navigate(studentPath(id))}
        actions={({ id }) => [{ title: '查看', to: studentPath(id) }]}
        exportAs={exportStudents}
      />
    </>
  );
}

function classOf({ className, gradeName }: StudentRow) {
  if (className === null) return <StateTag tone="attention">{assignedTitles.no}</StateTag>;
  return className.replace(gradeName, '');
}

function problemOf({ problem }: StudentRow) {
  return problem ? <StateTag tone="bad">{problemTitles.yes}</StateTag> : problemTitles.no;
}
