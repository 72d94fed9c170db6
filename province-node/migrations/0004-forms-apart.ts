import type { Kysely } from 'kysely';
import { separateRegistrationForms } from '../registration/table.ts';
import { separateStudentForms } from '../student/table.ts';

/** Sealed forms in tables of their own. */
export async function up(db: Kysely<any>): Promise<void> {
  await separateRegistrationForms(db);
  await separateStudentForms(db);
}
