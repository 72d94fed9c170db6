import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** The one that an account has to answer next. */
export interface CaptchaTable {
  account: string;
  answer: string;
  endsAt: string;
}
export interface CaptchaTables {
  captcha: CaptchaTable;
}

export async function createCaptchaTable(db: Kysely<any>): Promise<void> {
  await sql`create table captcha (
    "account" text primary key, "answer" text not null, "endsAt" text not null
  ) strict, without rowid`.execute(db);
}
