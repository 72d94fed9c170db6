import type { Kysely } from 'kysely';
import { PHOTO_TITLE, reasonAgainstPhoto, REGISTRATION_PHOTO, STUDENT_PHOTO } from '../../contracts/photo.ts';
import type { EvidenceOwner } from '../../shared/evidence/evidence.ts';
import type { EvidenceFileTable } from '../../shared/evidence/table.ts';
import { tablesOf } from '../../shared/db/tables-of.ts';
import { IN_PROVINCE_TRANSFER } from '../../contracts/in-province-transfer.ts';
import { KEY_CHANGE } from '../../contracts/key-change-kind.ts';
import { REGISTRATION_EVIDENCE } from '../registration/table.ts';
import type { ProvinceDb } from '../schema.ts';

/** The kind under which a record owns what came with it from another province. */
export const STUDENT_EVIDENCE = 'student';

/** Evidence of a record: what came with it, and beside it that of its registration here. Nobody adds to it. */
export const studentEvidence: EvidenceOwner = {
  kind: STUDENT_EVIDENCE,
  async orgOf(db, id) {
    const tables = tablesOf<ProvinceDb>(db);
    return (await tables.selectFrom('student').select('schoolId').where('id', '=', id).executeTakeFirst())?.schoolId;
  },
  list: (db, id) => evidenceOfStudent(tablesOf<ProvinceDb>(db), id),
  reasonAgainstChange: async () => '随学籍档案转来的证明材料作为历史依据保留，不能修改',
};

/**
 * All that is kept as evidence of this pupil: what came with the record, and what was handed in here, at the registration, at
 * moves within the province and at key-data changes.
 */
export async function evidenceOfStudent(db: Kysely<ProvinceDb>, studentId: string): Promise<EvidenceFileTable[]> {
  return db
    .selectFrom('evidence_file')
    .selectAll()
    .where('ownerKind', 'in', [STUDENT_EVIDENCE, REGISTRATION_EVIDENCE, IN_PROVINCE_TRANSFER, KEY_CHANGE])
    .where(({ eb, or, selectFrom }) => {
      const moves = selectFrom('in_province_transfer').select('id').where('state', '=', 'approved');
      const changes = selectFrom('key_change').select('id').where('state', '=', 'approved');
      return or([
        eb('ownerId', '=', studentId),
        eb('ownerId', 'in', selectFrom('registration').select('id').where('studentId', '=', studentId)),
        eb('ownerId', 'in', moves.where('studentId', '=', studentId)),
        eb('ownerId', 'in', changes.where('studentId', '=', studentId)),
      ]);
    })
    .orderBy('uploadedAt')
    .orderBy('id')
    .execute();
}

/** 学籍照片 (features 5.1): the school changes it while the record is in custody here. */
export const studentPhoto: EvidenceOwner = {
  kind: STUDENT_PHOTO,
  title: PHOTO_TITLE,
  isSingle: true,
  orgOf: studentEvidence.orgOf.bind(studentEvidence),
  list: (db, id) => photosOfStudent(tablesOf<ProvinceDb>(db), id),
  reasonAgainstPicture: reasonAgainstPhoto,
  async reasonAgainstChange(db, id) {
    const students = tablesOf<ProvinceDb>(db).selectFrom('student').select(['custody', 'status']).where('id', '=', id);
    const found = await students.executeTakeFirst();
    if (found?.custody !== 'active') return '该生学籍正在调往外省或已调出，照片不能再修改';
    return found.status === 'deleted' ? '该生学籍已删除，照片不能再修改' : undefined;
  },
};

/** That of the record and of its registration here; the last is the one that counts. */
async function photosOfStudent(db: Kysely<ProvinceDb>, studentId: string): Promise<EvidenceFileTable[]> {
  const registrations = db.selectFrom('registration').select('id').where('studentId', '=', studentId);
  return db
    .selectFrom('evidence_file')
    .selectAll()
    .where(({ and, eb, or }) =>
      or([
        and([eb('ownerKind', '=', STUDENT_PHOTO), eb('ownerId', '=', studentId)]),
        and([eb('ownerKind', '=', REGISTRATION_PHOTO), eb('ownerId', 'in', registrations)]),
      ]),
    )
    .orderBy('uploadedAt')
    .orderBy('id')
    .execute();
}

export async function photoOfStudent(
  db: Kysely<ProvinceDb>,
  studentId: string,
): Promise<EvidenceFileTable | undefined> {
  return (await photosOfStudent(db, studentId)).at(-1);
}
