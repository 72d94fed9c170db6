import type { Kysely } from 'kysely';
import { addHome } from '../../shared/account/table.ts';
import { createPublicationTables } from '../publication/table.ts';

/** What the hub is told of orgs, accounts and review chains. */
export async function up(db: Kysely<any>): Promise<void> {
  await addHome(db);
  await createPublicationTables(db);
}
