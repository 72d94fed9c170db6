import type { Kysely } from 'kysely';
import { createForgottenRegistrationTable } from '../registration/table.ts';

/** What a restored node had decided of registrations and only its own words tell. */
export async function up(db: Kysely<any>): Promise<void> {
  await createForgottenRegistrationTable(db);
}
