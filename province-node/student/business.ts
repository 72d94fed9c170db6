import {
  countMovingStudents,
  exportStudents,
  getStudentRecord,
  listStudents,
  revealNumbers,
} from '../../contracts/student.ts';
import { serve } from '../../shared/http/serve.ts';
import { serveList } from '../../shared/query/exported-list.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import { studentEvidence, studentPhoto } from './evidence.ts';
import { findStudents, movingOf, showStudents } from './queries.ts';
import { numbersOf, recordOf } from './record.ts';
import { studentsSheet } from './sheet.ts';

/** The pupils' records, to be looked at (综合查询): other businesses make and change them. */
export const student: ProvinceBusiness = {
  name: 'student',
  endpoints: [
    ...serveList(listStudents, exportStudents, { find: findStudents, show: showStudents, sheet: studentsSheet }),
    serve(getStudentRecord, recordOf),
    serve(revealNumbers, numbersOf),
    serve(countMovingStudents, movingOf),
  ],
  evidence: [studentEvidence, studentPhoto],
};
