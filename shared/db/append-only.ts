import { sql } from 'kysely';
import type { AnyDb } from './tables-of.ts';

/** Rows of the table are neither changed nor deleted, whatever the code above does; `because` says so in the error. */
export async function keepAppendOnly(db: AnyDb, table: string, because: string): Promise<void> {
  for (const act of ['update', 'delete'])
    await sql`create trigger ${sql.raw(`${table}_no_${act}`)} before ${sql.raw(act)}
      on ${sql.raw(table)} begin select raise(abort, ${sql.lit(because)}); end`.execute(db);
}
