import { declareSheet, listColumns } from '../../contracts/core/sheet.ts';
import { recordStatusTitles } from '../../contracts/national-index.ts';
import { assignedTitles, custodyTitles, problemTitles } from '../../contracts/student.ts';
import type { StudentRow } from '../../contracts/student.ts';

/** One pupil as a line of the exported list: as the page shows it. */
type StudentLine = Record<keyof typeof lineTitles, string>;

const lineTitles = {
  name: ['学生姓名', 14],
  studentNumber: ['学籍号', 24],
  idType: ['身份证件类型', 20],
  idNumber: ['身份证件号', 24],
  sex: ['性别', 8],
  birthDate: ['出生日期', 14],
  status: ['学生状态', 12],
  custody: ['学籍归属', 12],
  destination: ['调往学校', 30],
  assigned: ['是否分班', 12],
  problem: ['是否问题学籍', 14],
  schoolName: ['学校名称', 30],
  schoolId: ['学校标识码', 16],
  gradeName: ['年级名称', 16],
  className: ['班级名称', 18],
} as const;

export const studentsSheet = declareSheet<StudentLine>({
  module: import.meta.url,
  name: 'studentsSheet',
  title: '学生信息列表',
  instructions: [],
  columns: listColumns<StudentLine>(lineTitles),
});

export function lineOf(row: StudentRow): StudentLine {
  const { departure } = row;
  return {
    ...row,
    status: recordStatusTitles[row.status],
    custody: custodyTitles[row.custody],
    destination: departure ? `${departure.provinceName} ${departure.schoolName}` : '',
    assigned: assignedTitles[row.className === null ? 'no' : 'yes'],
    problem: problemTitles[row.problem ? 'yes' : 'no'],
    className: row.className ?? '',
  };
}
