import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** A record that has moved may be packed once more, after a restore of the hub and of the destination. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`drop index hand_over_to_do`.execute(db);
  await sql`create index hand_over_to_stage on hand_over (transfer) where state = 'receiving'`.execute(db);
  await sql`create index hand_over_to_pack on hand_over (transfer) where packed < attempt`.execute(db);
}
