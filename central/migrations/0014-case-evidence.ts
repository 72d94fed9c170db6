import type { Kysely } from 'kysely';
import { keepCaseEvidence } from '../transfer/table.ts';

/** 导出案卷: what a case was decided on, and what was told of it. */
export async function up(db: Kysely<any>): Promise<void> {
  await keepCaseEvidence(db);
}
