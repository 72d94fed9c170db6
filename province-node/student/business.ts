import {
  countMovingStudents,
  exportStudents,
  getStudentRecord,
  listStudents,
  revealNumbers,
} from '../../contracts/student.ts';
import { serve, serveDownload } from '../../shared/http/serve.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import { studentEvidence, studentPhoto } from './evidence.ts';
import { exportList, movingOf, studentsOf } from './queries.ts';
import { numbersOf, recordOf } from './record.ts';

/** The pupils' records, to be looked at (综合查询): other businesses make and change them. */
export const student: ProvinceBusiness = {
  name: 'student',
  endpoints: [
    serve(listStudents, studentsOf),
    serveDownload(exportStudents, exportList),
    serve(getStudentRecord, recordOf),
    serve(revealNumbers, numbersOf),
    serve(countMovingStudents, movingOf),
  ],
  evidence: [studentEvidence, studentPhoto],
};
