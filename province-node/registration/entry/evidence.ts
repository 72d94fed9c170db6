import { PHOTO_TITLE, reasonAgainstPhoto, REGISTRATION_PHOTO } from '../../../contracts/photo.ts';
import type { Tx } from '../../../shared/db/store.ts';
import { dropUnsubmitted } from '../../../shared/evidence/evidence.ts';
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
    return (await drafts.executeTakeFirst()) ? undefined : '学籍注册已提交，不能再修改；退回后可以补充';
  },
};

/** Its photo: as its evidence, but the latest alone. */
export const registrationPhoto: EvidenceOwner = {
  ...registrationEvidence,
  kind: REGISTRATION_PHOTO,
  title: PHOTO_TITLE,
  isSingle: true,
  reasonAgainstPicture: reasonAgainstPhoto,
};

/** The drafts are thrown away: answers the files of what was not handed in (`dropUnsubmitted`). */
export async function dropPictures(tx: Tx<ProvinceDb>, ids: readonly string[]): Promise<string[]> {
  const evidence = await dropUnsubmitted(tx, REGISTRATION_EVIDENCE, ids);
  return [...evidence, ...(await dropUnsubmitted(tx, REGISTRATION_PHOTO, ids))];
}
