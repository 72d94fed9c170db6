import type { Kysely } from 'kysely';
import { keepMenders } from '../../shared/chain/table.ts';

/** Who hands a returned application in again does not review it. */
export async function up(db: Kysely<any>): Promise<void> {
  await keepMenders(db);
}
