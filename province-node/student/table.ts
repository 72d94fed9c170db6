import { sql } from 'kysely';
import type { Generated, Kysely } from 'kysely';
import type { RecordStatus } from '../../contracts/national-index.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import type { IdCategory } from '../../contracts/people/id-document.ts';
import type { Custody } from '../../contracts/student.ts';
import { insertRows } from '../../shared/db/bulk.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { ProvinceDb } from '../schema.ts';

/** The topic of `/api/students` (`tellPages`). */
export const STUDENTS = 'students';

/** One pupil's record (学籍): what is searched, listed or joined. */
export interface StudentTable {
  id: string;
  studentNumber: string;
  name: string;
  sex: string;
  birthDate: string;
  idType: string;
  idCategory: IdCategory;
  idNumberMasked: string;
  /** Keyed fingerprint of the identity key; null without a document. */
  idFingerprint: Buffer | null;
  schoolId: string;
  stage: Stage;
  cohort: number;
  classNo: string;
  status: RecordStatus;
  /** 0 or 1: an open problem record exists. */
  problem: number;
  claimNo: number | null;
  /** Rises with each change; the hub keeps the newest. */
  version: number;
  createdAt: string;
  changedAt: string;
}

/** Beside the record: where it stands between the provinces. */
export interface CustodyColumns {
  custody: Generated<Custody>;
  /** How often the record has moved, as the hub counts: writable is only the copy whose epoch is the hub's. */
  epoch: Generated<number>;
}

/** What happened to the record (JSON of StudentEvent), but for what the registration itself tells. */
export interface StudentEventTable {
  studentId: string;
  id: string;
  at: string;
  event: Buffer;
}

/** The whole form, sealed. */
export interface StudentFormTable {
  studentId: string;
  form: Buffer;
}

/** The last serial given out for temporary numbers of one county, birth date and sex (domain rules of the L number). */
export interface TemporarySerialTable {
  regionCode: string;
  birthDate: string;
  sex: string;
  lastSerial: number;
}

export interface StudentTables {
  student: StudentTable & CustodyColumns;
  student_event: StudentEventTable;
  /** Records that a restore set back, until the hub has been told how they stand. */
  recalled_record: { studentId: string };
  student_form: StudentFormTable;
  temporary_serial: TemporarySerialTable;
}

export async function listStudentsByFingerprint(
  db: Kysely<ProvinceDb>,
  fingerprints: readonly Buffer[],
): Promise<Pick<StudentTable, 'id' | 'name' | 'schoolId' | 'idFingerprint' | 'studentNumber'>[]> {
  if (fingerprints.length === 0) return [];
  return db
    .selectFrom('student')
    .select(['id', 'name', 'schoolId', 'idFingerprint', 'studentNumber'])
    .where('idFingerprint', 'in', fingerprints)
    .where('custody', '!=', 'moved-out')
    .where('status', '!=', 'deleted')
    .execute();
}

/** Whose a student number is; undefined when nobody's in this province. */
export async function findByStudentNumber(
  db: Kysely<ProvinceDb>,
  studentNumber: string,
): Promise<{ name: string; schoolName: string } | undefined> {
  return db
    .selectFrom('student')
    .innerJoin('org', 'org.id', 'student.schoolId')
    .select(['student.name', 'org.name as schoolName'])
    .where('student.studentNumber', '=', studentNumber)
    .executeTakeFirst();
}

/** The serial of the next temporary number of this county, birth date and sex; remembered, so that it is never given twice. */
export async function takeTemporarySerial(
  tx: Tx<ProvinceDb>,
  key: { regionCode: string; birthDate: string; sex: string },
  next: (last: number | undefined) => number,
): Promise<number> {
  const { regionCode, birthDate, sex } = key;
  const last = await tx
    .selectFrom('temporary_serial')
    .select('lastSerial')
    .where('regionCode', '=', regionCode)
    .where('birthDate', '=', birthDate)
    .where('sex', '=', sex)
    .executeTakeFirst();
  const lastSerial = next(last?.lastSerial);
  await tx
    .insertInto('temporary_serial')
    .values({ regionCode, birthDate, sex, lastSerial })
    .onConflict((oc) => oc.columns(['regionCode', 'birthDate', 'sex']).doUpdateSet({ lastSerial }))
    .execute();
  return lastSerial;
}

/** Serials up to this one were given before. */
export async function raiseTemporarySerial(
  tx: Tx<ProvinceDb>,
  { regionCode, birthDate, sex, lastSerial }: TemporarySerialTable,
): Promise<void> {
  await tx
    .insertInto('temporary_serial')
    .values({ regionCode, birthDate, sex, lastSerial })
    .onConflict((oc) =>
      oc
        .columns(['regionCode', 'birthDate', 'sex'])
        .doUpdateSet({ lastSerial })
        .where('temporary_serial.lastSerial', '<', lastSerial),
    )
    .execute();
}

export const studentColumns = [
  ...(['id', 'studentNumber', 'name', 'sex', 'birthDate', 'idType', 'idCategory', 'idNumberMasked'] as const),
  ...(['idFingerprint', 'schoolId', 'stage', 'cohort', 'classNo', 'status', 'problem', 'claimNo'] as const),
  ...(['version', 'createdAt', 'changedAt'] as const),
] satisfies ReadonlyArray<keyof StudentTable>;

/** New records, each with its sealed form. */
export async function insertStudents(
  tx: Tx<ProvinceDb>,
  records: ReadonlyArray<{ student: StudentTable; form: Buffer }>,
): Promise<void> {
  const rows = records.map(({ student }) => studentColumns.map((column) => student[column]));
  await insertRows(tx, 'student', studentColumns, rows);
  const forms = records.map(({ student, form }) => [student.id, form]);
  await insertRows(tx, 'student_form', ['studentId', 'form'], forms);
}

/** A record that came from another province; of a pupil who was here before, the one that stayed is written to again. */
export async function saveMovedIn(
  tx: Tx<ProvinceDb>,
  student: StudentTable & { epoch: number },
  form: Buffer,
): Promise<void> {
  const row = { ...student, custody: 'active' as const };
  await tx
    .insertInto('student')
    .values(row)
    .onConflict((oc) => oc.column('id').doUpdateSet(row))
    .execute();
  await tx
    .insertInto('student_form')
    .values({ studentId: student.id, form })
    .onConflict((oc) => oc.column('studentId').doUpdateSet({ form }))
    .execute();
}

export async function createStudentTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('student')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('studentNumber', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('sex', 'text', (c) => c.notNull())
    .addColumn('birthDate', 'text', (c) => c.notNull())
    .addColumn('idType', 'text', (c) => c.notNull())
    .addColumn('idCategory', 'text', (c) => c.notNull())
    .addColumn('idNumberMasked', 'text', (c) => c.notNull())
    .addColumn('idFingerprint', 'blob')
    .addColumn('form', 'blob', (c) => c.notNull())
    .addColumn('schoolId', 'text', (c) => c.notNull().references('org.id'))
    .addColumn('stage', 'text', (c) => c.notNull())
    .addColumn('cohort', 'integer', (c) => c.notNull())
    .addColumn('classNo', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('problem', 'integer', (c) => c.notNull())
    .addColumn('claimNo', 'integer')
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('createdAt', 'text', (c) => c.notNull())
    .addColumn('changedAt', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // A student number belongs to one pupil for ever.
  await db.schema.createIndex('student_number').on('student').column('studentNumber').unique().execute();
  // In-province dedup at import and registration.
  await db.schema.createIndex('student_fingerprint').on('student').column('idFingerprint').execute();
  // Class lists of one school.
  await db.schema
    .createIndex('student_class')
    .on('student')
    .columns(['schoolId', 'stage', 'cohort', 'classNo'])
    .execute();
  await db.schema
    .createTable('temporary_serial')
    .addColumn('regionCode', 'text', (c) => c.notNull())
    .addColumn('birthDate', 'text', (c) => c.notNull())
    .addColumn('sex', 'text', (c) => c.notNull())
    .addColumn('lastSerial', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('temporary_serial_key', ['regionCode', 'birthDate', 'sex'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
}

/** The forms out of the rows that lists of millions read. */
export async function separateStudentForms(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('student_form')
    .addColumn('studentId', 'text', (c) => c.primaryKey().references('student.id'))
    .addColumn('form', 'blob', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await sql`insert into student_form select id, form from student order by id`.execute(db);
  await db.schema.alterTable('student').dropColumn('form').execute();
}

/**
 * What 学生信息查询 is counted and read from in a province with millions of pupils (P7), without a look at the row: of a school,
 * and so of a county's hundreds and a city's, grade by grade; of a whole province by the last change, a name, a grade, and the
 * few who are on the move, not at school, a problem or without a class.
 */
export async function indexStudentList(db: Kysely<any>): Promise<void> {
  const shown = 'status, custody, problem';
  await db.schema.dropIndex('student_class').execute();
  for (const index of [
    `student_school on student ("schoolId", stage, cohort, "classNo", name, "changedAt", id, ${shown})`,
    `student_changed on student ("changedAt", id, "schoolId", stage, cohort, "classNo", ${shown})`,
    `student_name on student (name, id, "changedAt", "schoolId", stage, cohort, "classNo", ${shown})`,
    `student_grade on student (stage, cohort, "changedAt", id, "schoolId", "classNo", ${shown})`,
    `student_custody on student (custody, "changedAt", id, "schoolId", stage, cohort, "classNo", status, problem)
      where custody <> 'active'`,
    `student_status on student (status, "changedAt", id, "schoolId", stage, cohort, "classNo", custody, problem)
      where status <> 'enrolled'`,
    `student_problem on student (problem, "changedAt", id, "schoolId", stage, cohort, "classNo", status, custody)
      where problem = 1`,
    `student_unassigned on student ("classNo", "changedAt", id, "schoolId", stage, cohort, ${shown})
      where "classNo" = ''`,
  ])
    await sql.raw(`create index ${index}`).execute(db);
}

/** Nothing is written to a record that is being handed over, or that is another province's, whatever the code above does. */
export async function addCustody(db: Kysely<any>): Promise<void> {
  await sql`alter table student add column custody text not null default 'active'
    check (custody in ('active', 'sealed', 'moved-out'))`.execute(db);
  await sql`alter table student add column epoch integer not null default 0`.execute(db);
  await sql`create trigger student_is_read_only before update on student
    when old.custody <> 'active' and new.custody = old.custody
    begin select raise(abort, 'the record is not in custody'); end`.execute(db);
  await sql`create trigger student_form_is_read_only before update on student_form
    when exists (select 1 from student where id = new.studentId and custody <> 'active')
    begin select raise(abort, 'the record is not in custody'); end`.execute(db);
  await db.schema
    .createTable('student_event')
    .addColumn('studentId', 'text', (c) => c.notNull().references('student.id'))
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('event', 'blob', (c) => c.notNull())
    .addPrimaryKeyConstraint('student_event_key', ['studentId', 'id'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
}

export async function createRecalledTable(db: Kysely<any>): Promise<void> {
  await sql`create table recalled_record ("studentId" text primary key) strict, without rowid`.execute(db);
}
