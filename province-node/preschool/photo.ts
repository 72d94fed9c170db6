import { PHOTO_TITLE, PRESCHOOL_PHOTO, reasonAgainstPhoto, REGISTRATION_PHOTO } from '../../contracts/photo.ts';
import { reasonAgainstSupplement } from '../../contracts/preschool-rules.ts';
import type { RegistrationProgress } from '../../contracts/preschool-rules.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { tablesOf } from '../../shared/db/tables-of.ts';
import type { AnyDb } from '../../shared/db/tables-of.ts';
import type { Tx } from '../../shared/db/store.ts';
import { passEvidence } from '../../shared/evidence/carried.ts';
import { submitEvidence } from '../../shared/evidence/evidence.ts';
import type { EvidenceOwner } from '../../shared/evidence/evidence.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import type { ProvinceDb } from '../schema.ts';
import { listKeyOf } from './listing.ts';
import { progressOf } from './progress.ts';
import type { PreschoolListEntryTable } from './table.ts';

/** 学籍照片 of a listed pupil, given with 学籍信息补录 for as long as that is open (features 1.5, 5.1). */
export const preschoolPhoto: EvidenceOwner = {
  kind: PRESCHOOL_PHOTO,
  title: PHOTO_TITLE,
  isSingle: true,
  reasonAgainstPicture: reasonAgainstPhoto,
  orgOf: async (db, id) => (await findEntry(db, id))?.schoolId,
  async reasonAgainstChange(db, id) {
    const entry = await findEntry(db, id);
    if (!entry) return '名单中没有这名学生，可能已被删除';
    const progress = (await progressOf(tablesOf<ProvinceDb>(db), [entry])).get(id) ?? 'not-begun';
    if (progress !== 'not-begun') return `${entry.name}${elsewhere[progress]}`;
    const reason = reasonAgainstSupplement({ matchState: entry.matchState, progress });
    return reason && `${entry.name}${reason}，照片不能修改`;
  },
  whyKept: '补录保存时的照片随补录内容保留，不能单独删除；需要更换的，上传新照片后再次保存补录即可',
};

/** Where the photo is changed once the registration has begun: the list's own has gone on with it, or is looked at no more. */
const elsewhere: Record<Exclude<RegistrationProgress, 'not-begun'>, string> = {
  'under-way': '的学籍注册办理中，不能在补录中更换照片；办结后由学籍所在学校在“学生信息查询”的学籍页面更换',
  returned: '的学籍注册被退回，不能在补录中更换照片；请在退回修改的注册表中更换',
  finished: '已有学籍，不能在补录中更换照片；由学籍所在学校在“学生信息查询”的学籍页面更换',
};

async function findEntry(db: AnyDb, id: string): Promise<PreschoolListEntryTable | undefined> {
  return tablesOf<ProvinceDb>(db)
    .selectFrom('preschool_list_entry')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
}

interface Begun {
  form: StudentForm;
  registration: { id: string; schoolId: string };
}

/**
 * Registrations of listed pupils begin: the spreadsheet that goes from the list to the registration has no place for a
 * photo, so it goes here. One that was given with the registration's own form stands.
 */
export async function passPhotos(tx: Tx<ProvinceDb>, vault: Vault, begun: readonly Begun[], at: string): Promise<void> {
  const idByKey = new Map(
    begun.map(({ form, registration: { id, schoolId } }) => [listKeyOf(vault, schoolId, form).toString('hex'), id]),
  );
  const photographed = await tx
    .selectFrom('preschool_list_entry as entry')
    .select(['entry.id', 'entry.listKey'])
    .where(
      'entry.listKey',
      'in',
      [...idByKey.keys()].map((key) => Buffer.from(key, 'hex')),
    )
    .where('entry.schoolId', 'in', [...new Set(begun.map(({ registration }) => registration.schoolId))])
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('evidence_file')
          .select('evidence_file.id')
          .where('ownerKind', '=', PRESCHOOL_PHOTO)
          .whereRef('ownerId', '=', 'entry.id'),
      ),
    )
    .execute();
  for (const { id, listKey } of photographed) {
    const registrationId = idByKey.get(listKey.toString('hex'));
    if (!registrationId || (await submitEvidence(tx, REGISTRATION_PHOTO, registrationId, at)) > 0) continue;
    await passEvidence(tx, { kind: PRESCHOOL_PHOTO, id }, { kind: REGISTRATION_PHOTO, id: registrationId });
    await submitEvidence(tx, REGISTRATION_PHOTO, registrationId, at);
  }
}
