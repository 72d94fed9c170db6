import type { Kysely } from 'kysely';
import { addReleasedClaim } from '../registration/table.ts';

/** A registration knows which of its claims it let go: a restored hub may grant them once more. */
export async function up(db: Kysely<any>): Promise<void> {
  await addReleasedClaim(db);
}
