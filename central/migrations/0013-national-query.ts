import type { Kysely } from 'kysely';
import { createCaptchaTable } from '../captcha/table.ts';
import { countQuestionsByAsker } from '../national-index/table.ts';

/** 全国学籍查询 for the provinces' handlers: a quota of the org beside that of the person, and a captcha. */
export async function up(db: Kysely<any>): Promise<void> {
  await countQuestionsByAsker(db);
  await createCaptchaTable(db);
}
