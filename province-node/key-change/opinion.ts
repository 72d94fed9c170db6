import type { Kysely } from 'kysely';
import type { ProvinceDb } from '../schema.ts';

/** The opinion with which the application came back last; null when it did not. */
export async function lastOpinionOf(db: Kysely<ProvinceDb>, id: string): Promise<string | null> {
  const step = await db
    .selectFrom('application_step')
    .select('opinion')
    .where('applicationId', '=', id)
    .where('act', '=', 'return')
    .orderBy('ordinal', 'desc')
    .executeTakeFirst();
  return step?.opinion ?? null;
}
