import type { Kysely } from 'kysely';
import { keepCaseDecisions } from '../transfer/table.ts';

/** 学籍变动情况: who decided a transfer on the unified platform. */
export async function up(db: Kysely<any>): Promise<void> {
  await keepCaseDecisions(db);
}
