import type { Kysely } from 'kysely';
import { createReceivedPictureTable } from '../hand-over/table.ts';
import { keepCaseDecisions } from '../transfer/table.ts';

/** 学籍变动情况: who decided a transfer on the unified platform, and on what. */
export async function up(db: Kysely<any>): Promise<void> {
  await keepCaseDecisions(db);
  await createReceivedPictureTable(db);
}
