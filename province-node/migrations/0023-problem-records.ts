import type { Kysely } from 'kysely';
import { growProblemRecords } from '../problem-record/table.ts';

/** Problem groups, their handling and evidence. */
export async function up(db: Kysely<any>): Promise<void> {
  await growProblemRecords(db);
}
