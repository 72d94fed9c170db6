import type { Kysely } from 'kysely';
import { addForgottenClaims } from '../registration/table.ts';

/** A restored province tells a restored hub also the claims of records that it knows by its own words only. */
export async function up(db: Kysely<any>): Promise<void> {
  await addForgottenClaims(db);
}
