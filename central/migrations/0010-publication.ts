import type { Kysely } from 'kysely';
import { addHome } from '../../shared/account/table.ts';
import { createChainConfigurationTables } from '../../shared/chain-configuration/table.ts';
import { createToldTables } from '../publication/table.ts';

/** The orgs, handlers and review chains of the provinces, for the unified platform. */
export async function up(db: Kysely<any>): Promise<void> {
  await addHome(db);
  await createChainConfigurationTables(db);
  await createToldTables(db);
}
