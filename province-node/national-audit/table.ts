import { sql } from 'kysely';
import type { Generated, Kysely } from 'kysely';
import type { Tx } from '../../shared/db/store.ts';
import type { ProvinceDb } from '../schema.ts';

/** What the hub asks in a run of its audit, until it is answered. */
export type AuditQuestion =
  | { about: 'digests' }
  /** The records of one school. */
  | { about: 'school'; schoolId: string }
  /** Single pupils, at most as many as a message has items. */
  | { about: 'pupils'; studentIds: string[] };

export interface AuditQuestionTable {
  position: Generated<number>;
  run: string;
  /** JSON of AuditQuestion. */
  question: string;
}

export interface AuditQuestionTables {
  audit_question: AuditQuestionTable;
}

export async function noteQuestions(
  tx: Tx<ProvinceDb>,
  questions: ReadonlyArray<{ run: string; question: AuditQuestion }>,
): Promise<void> {
  for (const { run, question } of questions)
    await tx
      .insertInto('audit_question')
      .values({ run, question: JSON.stringify(question) })
      .execute();
}

/** The one that has waited the longest. */
export async function nextQuestion(
  db: Kysely<ProvinceDb>,
): Promise<{ position: number; run: string; question: AuditQuestion } | undefined> {
  const row = await db.selectFrom('audit_question').selectAll().orderBy('position').limit(1).executeTakeFirst();
  return row && { ...row, question: JSON.parse(row.question) as AuditQuestion };
}

export async function endQuestion(tx: Tx<ProvinceDb>, position: number): Promise<void> {
  await tx.deleteFrom('audit_question').where('position', '=', position).execute();
}

export async function createAuditQuestionTable(db: Kysely<any>): Promise<void> {
  await sql`create table audit_question (
    "position" integer primary key, "run" text not null, "question" text not null
  ) strict`.execute(db);
}
