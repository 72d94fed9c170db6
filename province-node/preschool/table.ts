import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { Problem } from '../../contracts/core/problems.ts';
import type { IdCategory } from '../../contracts/people/id-document.ts';
import type { MatchState } from '../../contracts/preschool-rules.ts';
import type { Caller } from '../../shared/http/serve.ts';
import type { ProvinceDb } from '../schema.ts';

/** The topic of `/api/preschool` (`tellPages`). */
export const PRESCHOOL = 'preschool';

/** A preschool record (学前学籍) of the province, as the preschool system gave it: what it is searched by. */
export interface PreschoolRecordTable {
  /** Made from the record's own key there, so that loading it again overwrites it. */
  id: string;
  name: string;
  sex: string;
  birthDate: string;
  idType: string;
  idNumberMasked: string;
  idFingerprint: Buffer | null;
  kindergartenName: string;
  /** Six digits. */
  kindergartenRegion: string;
  /** Sealed JSON of all that it knows of the pupil's form. */
  form: Buffer;
}

/** One pupil of a 学前调档名单. */
export interface PreschoolListEntryTable {
  id: string;
  schoolId: string;
  /** The file that brought it in; null when it was entered in the window. */
  importId: string | null;
  name: string;
  sex: string;
  birthDate: string;
  idType: string;
  category: IdCategory;
  idNumberMasked: string;
  idFingerprint: Buffer | null;
  /**
   * What may be on one list of the province only once: the identity (`idFingerprint`); without a document, who it is within
   * the school.
   */
  listKey: Buffer;
  /** Sealed JSON of the pupil as entered (`ListedPupil`), the number in canonical form. */
  identity: Buffer;
  matchState: MatchState;
  /** The preschool record that it goes on from. */
  recordId: string | null;
  /** 0 or 1: the form was completed. */
  supplemented: number;
  revision: number;
  createdBy: string;
  createdAt: string;
}

/** 补录 of a listed pupil, both sealed: the form as it is typed, and as it was last completed. */
export interface PreschoolSupplementTable {
  entryId: string;
  form: Buffer;
  completed: Buffer | null;
  revision: number;
  savedAt: string | null;
}

/** An uploaded list. With errors, file and rows are in the file store until the next upload of the same person. */
export interface PreschoolImportTable {
  id: string;
  schoolId: string;
  fileName: string;
  uploadedBy: string;
  uploadedAt: string;
  rows: number;
  failed: number;
  errors: number;
}

export interface PreschoolTables {
  preschool_record: PreschoolRecordTable;
  preschool_list_entry: PreschoolListEntryTable;
  preschool_supplement: PreschoolSupplementTable;
  preschool_import: PreschoolImportTable;
}

/** The entry, if it is on the caller's school's list: anything else is not there. */
export async function getOwnEntry(
  db: Kysely<ProvinceDb>,
  id: string,
  caller: Caller,
): Promise<PreschoolListEntryTable> {
  const found = await db.selectFrom('preschool_list_entry').selectAll().where('id', '=', id).executeTakeFirst();
  if (found?.schoolId !== caller.org.id) throw new Problem('not-found', '名单中没有这名学生，可能已被删除');
  return found;
}

/** Throws `stale-revision` when somebody has changed the entry since it was shown. */
export function mustBeShown(entry: PreschoolListEntryTable, revision: number): void {
  if (entry.revision !== revision)
    throw new Problem('stale-revision', `${entry.name}的调档信息刚被修改过，请刷新列表后再操作`);
}

/** Records that a pupil of a list goes on from already, other than `exceptEntryId`. */
export async function takenRecords(
  db: Kysely<ProvinceDb>,
  recordIds: readonly string[],
  exceptEntryId = '',
): Promise<Set<string>> {
  if (recordIds.length === 0) return new Set();
  const taken = await db
    .selectFrom('preschool_list_entry')
    .select('recordId')
    .where('recordId', 'in', recordIds)
    .where('id', '!=', exceptEntryId)
    .execute();
  return new Set(taken.flatMap(({ recordId }) => recordId ?? []));
}

export async function createPreschoolTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('preschool_record')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('sex', 'text', (c) => c.notNull())
    .addColumn('birthDate', 'text', (c) => c.notNull())
    .addColumn('idType', 'text', (c) => c.notNull())
    .addColumn('idNumberMasked', 'text', (c) => c.notNull())
    .addColumn('idFingerprint', 'blob')
    .addColumn('kindergartenName', 'text', (c) => c.notNull())
    .addColumn('kindergartenRegion', 'text', (c) => c.notNull())
    .addColumn('form', 'blob', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // The two ways in which a pupil is searched for.
  await db.schema.createIndex('preschool_record_document').on('preschool_record').column('idFingerprint').execute();
  await db.schema
    .createIndex('preschool_record_person')
    .on('preschool_record')
    .columns(['name', 'birthDate', 'sex'])
    .execute();
  await db.schema
    .createTable('preschool_import')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('schoolId', 'text', (c) => c.notNull().references('org.id'))
    .addColumn('fileName', 'text', (c) => c.notNull())
    .addColumn('uploadedBy', 'text', (c) => c.notNull())
    .addColumn('uploadedAt', 'text', (c) => c.notNull())
    .addColumn('rows', 'integer', (c) => c.notNull())
    .addColumn('failed', 'integer', (c) => c.notNull())
    .addColumn('errors', 'integer', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // The files of a school, by which its list is asked.
  await db.schema.createIndex('preschool_import_school').on('preschool_import').column('schoolId').execute();
  // What a person's next upload takes away.
  await sql`create index preschool_import_failed on preschool_import (uploadedBy) where failed > 0`.execute(db);
  await createPreschoolListTables(db);
}

async function createPreschoolListTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('preschool_list_entry')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('schoolId', 'text', (c) => c.notNull().references('org.id'))
    .addColumn('importId', 'text', (c) => c.references('preschool_import.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('sex', 'text', (c) => c.notNull())
    .addColumn('birthDate', 'text', (c) => c.notNull())
    .addColumn('idType', 'text', (c) => c.notNull())
    .addColumn('category', 'text', (c) => c.notNull())
    .addColumn('idNumberMasked', 'text', (c) => c.notNull())
    .addColumn('idFingerprint', 'blob')
    .addColumn('listKey', 'blob', (c) => c.notNull().unique())
    .addColumn('identity', 'blob', (c) => c.notNull())
    .addColumn('matchState', 'text', (c) => c.notNull())
    .addColumn('recordId', 'text')
    .addColumn('supplemented', 'integer', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('createdBy', 'text', (c) => c.notNull())
    .addColumn('createdAt', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // A school's list in the order of entry, with all that conditions ask for; and by name.
  await db.schema
    .createIndex('preschool_list_entry_school')
    .on('preschool_list_entry')
    .columns(['schoolId', 'id', 'matchState', 'idType', 'supplemented', 'importId', 'idFingerprint'])
    .execute();
  await db.schema
    .createIndex('preschool_list_entry_name')
    .on('preschool_list_entry')
    .columns(['schoolId', 'name', 'id', 'idFingerprint'])
    .execute();
  // Who goes on from a record already.
  await sql`create index preschool_list_entry_record on preschool_list_entry (recordId)
    where recordId is not null`.execute(db);
  await db.schema
    .createTable('preschool_supplement')
    .addColumn('entryId', 'text', (c) => c.primaryKey().references('preschool_list_entry.id'))
    .addColumn('form', 'blob', (c) => c.notNull())
    .addColumn('completed', 'blob')
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('savedAt', 'text')
    .modifyEnd(sql`strict`)
    .execute();
}
