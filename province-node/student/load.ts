import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { openHandle } from '../../shared/db/sqlite.ts';
import { must } from '../../shared/assert.ts';
import { insertRows, runSql, updateRows } from '../../shared/db/bulk.ts';
import type { Tx } from '../../shared/db/store.ts';
import { inSlices } from '../../shared/slices.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { insertStudents } from './table.ts';
import type { StudentEventTable, StudentTable, TemporarySerialTable } from './table.ts';

/** SQLite takes 32,766 parameters. */
const PER_QUERY_MAX = 10_000;

export interface LoadedStudent {
  student: StudentTable;
  form: Buffer;
  event: StudentEventTable;
}

/** Records that were made elsewhere, each with its form and how it came here: in the order of their ids, for the B-tree's sake. */
export async function insertLoaded(tx: Tx<ProvinceDb>, records: readonly LoadedStudent[]): Promise<void> {
  await insertStudents(tx, records);
  const events = records.map(({ event }) => [event.studentId, event.id, event.at, event.event]);
  await insertRows(tx, 'student_event', ['studentId', 'id', 'at', 'event'], events);
}

/** Those of the numbers that a record of this province has. */
export async function takenNumbers(db: Kysely<ProvinceDb>, numbers: readonly string[]): Promise<Set<string>> {
  const taken = new Set<string>();
  for (const slice of inSlices(numbers, PER_QUERY_MAX)) {
    const rows = await db.selectFrom('student').select('studentNumber').where('studentNumber', 'in', slice).execute();
    for (const { studentNumber } of rows) taken.add(studentNumber);
  }
  return taken;
}

/** Records with these ids or between them. They are in their order: a load's are one stretch of the index, which is nearly always empty. */
export async function listThere(db: Kysely<ProvinceDb>, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('student')
    .select('id')
    .where('id', '>=', ids[0] ?? '')
    .where('id', '<=', ids.at(-1) ?? '')
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** `count` serials of one series, every second one from `first` on; answers the last of them. */
export async function takeSerials(
  tx: Tx<ProvinceDb>,
  { regionCode, birthDate, sex }: Omit<TemporarySerialTable, 'lastSerial'>,
  first: number,
  count: number,
): Promise<number> {
  const sql = `insert into temporary_serial ("regionCode", "birthDate", sex, "lastSerial") values (?, ?, ?, ?)
    on conflict ("regionCode", "birthDate", sex) do update set "lastSerial" = "lastSerial" + ?
    returning "lastSerial"`;
  const values = [regionCode, birthDate, sex, first + 2 * (count - 1), 2 * count];
  const [taken] = await runSql<{ lastSerial: number }>(tx, sql, values);
  return must(taken, 'the series').lastSerial;
}

export type ToldStudent = StudentTable & { form: Buffer; schoolName: string };

/** Records between two ids that are here and not on the move, with what the hub is told beside their own columns. */
export async function activeWithForms(
  db: Kysely<ProvinceDb>,
  { firstId, lastId }: { firstId: string; lastId: string },
): Promise<ToldStudent[]> {
  return db
    .selectFrom('student')
    .innerJoin('student_form', 'student_form.studentId', 'student.id')
    .innerJoin('org', 'org.id', 'student.schoolId')
    .selectAll('student')
    .select(['student_form.form', 'org.name as schoolName'])
    .where('student.id', '>=', firstId)
    .where('student.id', '<=', lastId)
    .where('student.custody', '=', 'active')
    .orderBy('student.id')
    .execute();
}

/** What records that are here and not on the move have claimed. */
export async function claimsOf(
  db: Kysely<ProvinceDb>,
  ids: readonly string[],
): Promise<Pick<StudentTable, 'id' | 'claimNo' | 'version'>[]> {
  return db
    .selectFrom('student')
    .select(['id', 'claimNo', 'version'])
    .where('id', 'in', ids)
    .where('custody', '=', 'active')
    .execute();
}

export async function saveClaims(
  tx: Tx<ProvinceDb>,
  students: ReadonlyArray<{ id: string; claimNo: number }>,
): Promise<void> {
  const rows = students.map(({ id, claimNo }) => [claimNo, id]);
  await updateRows(tx, 'student', 'id', ['claimNo'], rows);
}

/**
 * The two indexes into which a load writes all over: a sort at its end makes them in seconds, a write to another page for each of
 * millions of rows takes the most of the load. Nothing but the load runs meanwhile; a node that starts after a load which was cut
 * off makes them first.
 */
const lookupIndexes = [
  `student_fingerprint on "student" ("idFingerprint")`,
  `student_name on student (name, id, "changedAt", "schoolId", stage, cohort, "classNo", status, custody, problem)`,
];

/** Of the database at `file`, which no store has open. */
export function dropLookupIndexes(file: string): void {
  onHandle(file, (run) => lookupIndexes.forEach((index) => run(`drop index if exists ${index.split(' ')[0]!}`)));
}

/** Sorted on disk: in memory the sort of five million names would take more than all the rest. */
export function makeLookupIndexes(file: string): void {
  onHandle(file, (run) => {
    run('pragma temp_store = file');
    lookupIndexes.forEach((index) => run(`create index if not exists ${index}`));
  });
}

/** At the start of a node: nothing to do, but after a load that was cut off. */
export async function makeMissingIndexes({ store }: Pick<Province, 'store'>): Promise<void> {
  const names = lookupIndexes.map((index) => index.split(' ')[0]!);
  const { rows } = await sql<{
    name: string;
  }>`select name from sqlite_schema where name in (${sql.join(names)})`.execute(store.read);
  if (rows.length === names.length) return;
  await store.decide(async (tx) => {
    for (const index of lookupIndexes) await sql.raw(`create index if not exists ${index}`).execute(tx);
  });
}

function onHandle(file: string, work: (run: (sql: string) => void) => void): void {
  const handle = openHandle(file, false);
  try {
    work((sql) => void handle.exec(sql));
  } finally {
    handle.close();
  }
}
