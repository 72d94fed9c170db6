import type { Kysely } from 'kysely';
import { turnReturnedToApplicants } from '../../shared/chain/table.ts';
import { createEvidenceTable } from '../../shared/evidence/table.ts';
import { addImportEntries, createRegistrationDraftTable } from '../registration/entry/table.ts';

/** Entry of single pupils with their evidence, mending of what was returned, files of every kind of pupil. */
export async function up(db: Kysely<any>): Promise<void> {
  await createEvidenceTable(db);
  await createRegistrationDraftTable(db);
  await addImportEntries(db);
  await turnReturnedToApplicants(db);
}
