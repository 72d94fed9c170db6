import type { Kysely } from 'kysely';
import { indexApplicationsByOrg } from '../../shared/chain/table.ts';
import { indexDraftsByAge } from '../registration/entry/table.ts';

/** 我发起的 on the home page; drafts by school and age, for their list and the job that removes old ones. */
export async function up(db: Kysely<any>): Promise<void> {
  await indexApplicationsByOrg(db);
  await indexDraftsByAge(db);
}
