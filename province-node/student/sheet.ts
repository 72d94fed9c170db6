import { recordStatusTitles } from '../../contracts/national-index.ts';
import { assignedTitles, custodyTitles, problemTitles } from '../../contracts/student.ts';
import type { StudentRow } from '../../contracts/student.ts';
import type { ListSheet } from '../../shared/query/exported-list.ts';

export const studentsSheet: ListSheet<StudentRow> = {
  title: '学生信息列表',
  unit: '人',
  advice: '请按学校或年级分次查询后导出',
  columns: [
    ['学生姓名', 14, 'name'],
    ['学籍号', 24, 'studentNumber'],
    ['身份证件类型', 20, 'idType'],
    ['身份证件号', 24, 'idNumber'],
    ['性别', 8, 'sex'],
    ['出生日期', 14, 'birthDate'],
    ['学生状态', 12, ({ status }) => recordStatusTitles[status]],
    ['学籍归属', 12, ({ custody }) => custodyTitles[custody]],
    ['调往学校', 30, ({ departure }) => (departure ? `${departure.provinceName} ${departure.schoolName}` : '')],
    ['是否分班', 12, ({ className }) => assignedTitles[className === null ? 'no' : 'yes']],
    ['是否问题学籍', 14, ({ problem }) => problemTitles[problem ? 'yes' : 'no']],
    ['学校名称', 30, 'schoolName'],
    ['学校标识码', 16, 'schoolId'],
    ['年级名称', 16, 'gradeName'],
    ['班级名称', 18, 'className'],
  ],
};
