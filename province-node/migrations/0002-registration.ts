import type { Kysely } from 'kysely';
import { createChainTables } from '../../shared/chain/table.ts';
import { createProblemRecordTables } from '../problem-record/table.ts';
import { createRegistrationTables } from '../registration/table.ts';
import { createStudentTables } from '../student/table.ts';

/** The review chain, registration, and what it makes: pupils' records and problem records. */
export async function up(db: Kysely<any>): Promise<void> {
  await createChainTables(db);
  await createStudentTables(db);
  await createProblemRecordTables(db);
  await createRegistrationTables(db);
}
