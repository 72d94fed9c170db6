import type { EvidenceOwner } from '../../../shared/evidence/evidence.ts';
import { tablesOf } from '../../../shared/db/tables-of.ts';
import type { ProvinceDb } from '../../schema.ts';
import { REGISTRATION_EVIDENCE } from '../table.ts';

/** Evidence of a registration: added while its form is being filled in or mended, under the one id that both have. */
export const registrationEvidence: EvidenceOwner = {
  kind: REGISTRATION_EVIDENCE,
  async orgOf(db, id) {
    for (const table of ['registration_draft', 'registration'] as const) {
      const tables = tablesOf<ProvinceDb>(db);
      const found = await tables.selectFrom(table).select('schoolId').where('id', '=', id).executeTakeFirst();
      if (found) return found.schoolId;
    }
    return undefined;
  },
  /** The school that has the record made of it, when it has moved since. */
  async otherOrgsOf(db, id) {
    const students = tablesOf<ProvinceDb>(db)
      .selectFrom('registration')
      .innerJoin('student', 'student.id', 'registration.studentId')
      .select('student.schoolId')
      .where('registration.id', '=', id);
    return (await students.execute()).map(({ schoolId }) => schoolId);
  },
  async reasonAgainstChange(db, id) {
    const drafts = tablesOf<ProvinceDb>(db).selectFrom('registration_draft').select('id').where('id', '=', id);
    return (await drafts.executeTakeFirst()) ? undefined : '学籍注册已提交，证明材料不能再修改；退回后可以补充';
  },
};
