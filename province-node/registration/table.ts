import { sql } from 'kysely';
import type { Generated, Kysely } from 'kysely';
import { Problem } from '../../contracts/core/problems.ts';
import type { IdCategory } from '../../contracts/people/id-document.ts';
import type { ApplicationState } from '../../contracts/application.ts';
import type { CheckState, ImportState, RegistrationKind } from '../../contracts/registration.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import type { ProvinceDb } from '../schema.ts';
import type { RegistrationDraftTable } from './entry/table.ts';

/** The topic of `/api/registrations` (`tellPages`). */
export const REGISTRATIONS = 'registrations';
/** The kind under which a registration owns evidence. */
export const REGISTRATION_EVIDENCE = 'registration';

/** A registration (学籍注册): the business's own part of the application of the same id. */
export interface RegistrationTable {
  id: string;
  importId: string | null;
  kind: RegistrationKind;
  category: IdCategory;
  schoolId: string;
  /** The pupil's id from now on, also at the hub. */
  studentId: string;
  name: string;
  sex: string;
  birthDate: string;
  idType: string;
  idNumberMasked: string;
  /** The identity it holds inside the province while it is open; null without a document and when it has ended. */
  openFingerprint: Buffer | null;
  idFingerprint: Buffer | null;
  stage: string;
  cohort: number;
  classNo: string;
  checkState: CheckState;
  checkedAt: string | null;
  claimNo: number | null;
  /** Who holds the identity, as the hub told (JSON of ClaimHolder); only when dedup failed. */
  holder: string | null;
  verification: string | null;
  studentNumber: string | null;
  createdAt: string;
  /** The application's, set in the decisions that change it: lists of millions filter by it from an index. */
  state: ApplicationState;
}

/** The whole form as it was entered, sealed; written before there is a registration (dry-run.ts). Read with `openForm`. */
export interface RegistrationFormTable {
  registrationId: string;
  form: Buffer;
}

export interface RegistrationImportTable {
  id: string;
  schoolId: string;
  kind: RegistrationKind;
  category: IdCategory;
  stage: Stage;
  fileName: string;
  uploadedBy: string;
  uploadedAt: string;
  state: ImportState;
  problem: string | null;
  rows: number;
  failed: number;
  errors: number;
  warnings: number;
  taskId: string | null;
}

/** One row of a dry run, with the sealed JSON of what was found in it; gone once submitted or discarded. */
export interface RegistrationImportRowTable {
  importId: string;
  row: number;
  registrationId: string;
  errors: number;
  warnings: number;
  findings: Buffer | null;
}

/** Of a restored node: what its own words tell of a pupil, and its registrations do not (forgotten.ts). Mostly empty. */
export interface ForgottenRegistrationTable {
  studentId: string;
  application: string | null;
  fingerprint: Buffer | null;
  /** The number of the record that was made and is gone; null when it is not known to have come so far. */
  studentNumber: string | null;
  /** The newest version of that record which the hub knows; 0 for none. */
  version: number;
  /** The last claim of the application that was let go. */
  releasedNo: number | null;
  /** The claim that the record held. */
  claimNo: number | null;
  /** What the national index was told last of the record, sealed. */
  summary: Buffer | null;
}

export interface RegistrationTables {
  /** `releasedNo`: of the application's claims the last that was let go. No grant up to it counts. */
  registration: RegistrationTable & { releasedNo: Generated<number | null> };
  registration_draft: RegistrationDraftTable;
  registration_form: RegistrationFormTable;
  /** A file of which nothing else is said is of 居民身份证小学新生注册. */
  registration_import: Omit<RegistrationImportTable, 'kind' | 'stage'> & {
    kind: Generated<RegistrationKind>;
    stage: Generated<Stage>;
  };
  registration_import_row: RegistrationImportRowTable;
  forgotten_registration: ForgottenRegistrationTable;
}

export async function getImport(db: Kysely<ProvinceDb>, id: string): Promise<RegistrationImportTable> {
  const row = await db.selectFrom('registration_import').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Problem('not-found', '没有这份上传文件');
  return row;
}

export async function getRegistrationRow(db: Kysely<ProvinceDb>, id: string): Promise<RegistrationTable> {
  const row = await db.selectFrom('registration').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Problem('not-found', '没有这项学籍注册');
  return row;
}

/** Registrations together with their forms; to be opened with `openForm`. */
export function selectWithForms(db: Kysely<ProvinceDb>) {
  return db
    .selectFrom('registration')
    .innerJoin('registration_form', 'registrationId', 'id')
    .selectAll('registration')
    .select('form');
}

/** Open registrations in the province that hold one of these identities. */
export async function listOpenByFingerprint(
  db: Kysely<ProvinceDb>,
  fingerprints: readonly Buffer[],
): Promise<Pick<RegistrationTable, 'id' | 'name' | 'schoolId' | 'openFingerprint'>[]> {
  if (fingerprints.length === 0) return [];
  return db
    .selectFrom('registration')
    .select(['id', 'name', 'schoolId', 'openFingerprint'])
    .where('openFingerprint', 'in', fingerprints)
    .execute();
}

export async function createRegistrationTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('registration_import')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('schoolId', 'text', (c) => c.notNull().references('org.id'))
    .addColumn('category', 'text', (c) => c.notNull())
    .addColumn('fileName', 'text', (c) => c.notNull())
    .addColumn('uploadedBy', 'text', (c) => c.notNull())
    .addColumn('uploadedAt', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('problem', 'text')
    .addColumn('rows', 'integer', (c) => c.notNull())
    .addColumn('failed', 'integer', (c) => c.notNull())
    .addColumn('errors', 'integer', (c) => c.notNull())
    .addColumn('warnings', 'integer', (c) => c.notNull())
    .addColumn('taskId', 'text')
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createIndex('registration_import_school')
    .on('registration_import')
    .columns(['schoolId', 'uploadedAt'])
    .execute();
  await db.schema
    .createTable('registration_import_row')
    .addColumn('importId', 'text', (c) => c.notNull().references('registration_import.id'))
    .addColumn('row', 'integer', (c) => c.notNull())
    .addColumn('errors', 'integer', (c) => c.notNull())
    .addColumn('warnings', 'integer', (c) => c.notNull())
    .addColumn('content', 'blob', (c) => c.notNull())
    .addPrimaryKeyConstraint('registration_import_row_key', ['importId', 'row'])
    .modifyEnd(sql`strict`)
    .execute();
  await createRegistrationTable(db);
}

async function createRegistrationTable(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('registration')
    .addColumn('id', 'text', (c) => c.primaryKey().references('application.id'))
    .addColumn('importId', 'text')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('category', 'text', (c) => c.notNull())
    .addColumn('schoolId', 'text', (c) => c.notNull().references('org.id'))
    .addColumn('studentId', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('sex', 'text', (c) => c.notNull())
    .addColumn('birthDate', 'text', (c) => c.notNull())
    .addColumn('idType', 'text', (c) => c.notNull())
    .addColumn('idNumberMasked', 'text', (c) => c.notNull())
    .addColumn('openFingerprint', 'blob')
    .addColumn('idFingerprint', 'blob')
    .addColumn('form', 'blob', (c) => c.notNull())
    .addColumn('stage', 'text', (c) => c.notNull())
    .addColumn('cohort', 'integer', (c) => c.notNull())
    .addColumn('classNo', 'text', (c) => c.notNull())
    .addColumn('checkState', 'text', (c) => c.notNull())
    .addColumn('checkedAt', 'text')
    .addColumn('claimNo', 'integer')
    .addColumn('holder', 'text')
    .addColumn('verification', 'text')
    .addColumn('studentNumber', 'text')
    .addColumn('createdAt', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // One open registration an identity inside the province, whatever the code above does.
  await sql`create unique index registration_open on registration (openFingerprint) where openFingerprint is not null`.execute(
    db,
  );
  // 学籍注册查询 of a school, newest first; by whole id number; the job that ends failed ones.
  await db.schema.createIndex('registration_school').on('registration').columns(['schoolId', 'createdAt']).execute();
  await db.schema.createIndex('registration_fingerprint').on('registration').column('idFingerprint').execute();
  await sql`create index registration_failed on registration (checkedAt) where checkState = 'dedup-failed'
    and openFingerprint is not null`.execute(db);
}

/** What 学籍注册查询 of a city or province with millions of pupils is answered from (features 1.15). */
export async function indexRegistrations(db: Kysely<any>): Promise<void> {
  await db.schema
    .alterTable('registration')
    .addColumn('state', 'text', (c) => c.notNull().defaultTo('in-review'))
    .execute();
  await sql`update registration set state = (select state from application where id = registration.id)`.execute(db);
  // Each holds all that conditions ask for. Newest first, whoever is asked for; by name; the few that are under way,
  // returned or ended; the few not yet or never passed; of one file.
  await sql`create index registration_time on registration
    (createdAt, id, schoolId, state, checkState, kind, category)`.execute(db);
  await sql`create index registration_name on registration
    (name, id, createdAt, schoolId, state, checkState, kind, category)`.execute(db);
  await sql`create index registration_state on registration (state, createdAt, id, schoolId, checkState, kind, category)
    where state <> 'approved'`.execute(db);
  await sql`create index registration_check on registration (checkState, createdAt, id, schoolId, state, kind, category)
    where checkState <> 'passed'`.execute(db);
  await db.schema.createIndex('registration_import_of').on('registration').columns(['importId', 'createdAt']).execute();
}

/**
 * The forms out of the rows that every check and step rewrites: with them a thousand answers of the hub wrote 8 MB. Dry
 * runs are made anew: their files must be uploaded again.
 */
export async function separateRegistrationForms(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('registration_form')
    .addColumn('registrationId', 'text', (c) => c.primaryKey())
    .addColumn('form', 'blob', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await sql`insert into registration_form select id, form from registration order by id`.execute(db);
  await db.schema.alterTable('registration').dropColumn('form').execute();
  await sql`update registration_import set state = 'discarded' where state in ('checking', 'has-errors', 'ready')`.execute(
    db,
  );
  await db.schema.dropTable('registration_import_row').execute();
  await db.schema
    .createTable('registration_import_row')
    .addColumn('importId', 'text', (c) => c.notNull().references('registration_import.id'))
    .addColumn('row', 'integer', (c) => c.notNull())
    .addColumn('registrationId', 'text', (c) => c.notNull())
    .addColumn('errors', 'integer', (c) => c.notNull())
    .addColumn('warnings', 'integer', (c) => c.notNull())
    .addColumn('findings', 'blob')
    .addPrimaryKeyConstraint('registration_import_row_key', ['importId', 'row'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
}

export async function createForgottenRegistrationTable(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('forgotten_registration')
    .addColumn('studentId', 'text', (c) => c.primaryKey())
    .addColumn('application', 'text', (c) => c.unique())
    .addColumn('fingerprint', 'blob')
    .addColumn('studentNumber', 'text')
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('releasedNo', 'integer')
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  // Asked for every identity that is handed in.
  await db.schema
    .createIndex('forgotten_registration_fingerprint')
    .on('forgotten_registration')
    .column('fingerprint')
    .execute();
}

/** What a restored hub is told of claims whose records this node has forgotten as well (recount.ts). */
export async function addForgottenClaims(db: Kysely<any>): Promise<void> {
  await db.schema.alterTable('forgotten_registration').addColumn('claimNo', 'integer').execute();
  await db.schema.alterTable('forgotten_registration').addColumn('summary', 'blob').execute();
}

export async function addReleasedClaim(db: Kysely<any>): Promise<void> {
  await sql`alter table registration add column "releasedNo" integer`.execute(db);
}
