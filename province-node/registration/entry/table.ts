import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Stage } from '../../../contracts/orgs/org.ts';
import type { IdCategory } from '../../../contracts/people/id-document.ts';
import type { RegistrationKind } from '../../../contracts/registration.ts';
import type { ProvinceDb } from '../../schema.ts';

/** A form that is being filled in, under the id of the registration that it becomes or mends. */
export interface RegistrationDraftTable {
  id: string;
  schoolId: string;
  kind: RegistrationKind;
  category: IdCategory;
  stage: Stage;
  /** Who began it; of a returned registration null: whoever of the school mends it goes on with it. */
  account: string | null;
  revision: number;
  /** Sealed JSON of the form as it was typed. */
  form: Buffer;
  createdAt: string;
  savedAt: string | null;
}

export async function findDraft(db: Kysely<ProvinceDb>, id: string): Promise<RegistrationDraftTable | undefined> {
  return db.selectFrom('registration_draft').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function createRegistrationDraftTable(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('registration_draft')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('schoolId', 'text', (c) => c.notNull().references('org.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('category', 'text', (c) => c.notNull())
    .addColumn('stage', 'text', (c) => c.notNull())
    .addColumn('account', 'text')
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('form', 'blob', (c) => c.notNull())
    .addColumn('createdAt', 'text', (c) => c.notNull())
    .addColumn('savedAt', 'text')
    .modifyEnd(sql`strict`)
    .execute();
  // One unfinished pupil a person and entry: opening the page twice opens the same one.
  await sql`create unique index registration_draft_own on registration_draft (account, kind, category, stage)
    where account is not null`.execute(db);
}

/** When somebody last worked on a draft: by which it grows old. */
export const draftTouchedAt = sql<string>`coalesce(${sql.ref('savedAt')}, ${sql.ref('createdAt')})`;

/** The drafts of a school, those that nobody has touched for longest first; and those of all that are old (old-drafts.ts). */
export async function indexDraftsByAge(db: Kysely<any>): Promise<void> {
  await db.schema
    .createIndex('registration_draft_school')
    .on('registration_draft')
    .columns(['schoolId', 'savedAt', 'id'])
    .execute();
  await sql`create index registration_draft_age on registration_draft (coalesce(savedAt, createdAt))`.execute(db);
}

/** Files of other entries than 居民身份证小学新生注册. */
export async function addImportEntries(db: Kysely<any>): Promise<void> {
  await db.schema
    .alterTable('registration_import')
    .addColumn('kind', 'text', (c) => c.notNull().defaultTo('primary-entrant'))
    .execute();
  await db.schema
    .alterTable('registration_import')
    .addColumn('stage', 'text', (c) => c.notNull().defaultTo('primary'))
    .execute();
}
