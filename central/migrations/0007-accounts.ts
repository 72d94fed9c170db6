import type { Kysely } from 'kysely';
import { addAccountAdministration } from '../../shared/account/table.ts';

/** The second factor, asked at every node's sign-in. */
export async function up(db: Kysely<any>): Promise<void> {
  await addAccountAdministration(db);
}
