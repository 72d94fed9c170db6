import { sql } from 'kysely';
import type { Generated, Kysely } from 'kysely';
import type { z } from 'zod';
import type { ParameterField } from '../../contracts/parameter.ts';
import { keepAppendOnly } from '../db/append-only.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';

/** One system parameter, as the business declares it that obeys it. */
export interface Parameter<T> {
  key: string;
  title: string;
  field: ParameterField;
  meaning: string;
  source: string;
  schema: z.ZodType<T>;
  /** Its value until somebody sets it. */
  unset: T;
}

/** `value`, `before`, `after`: JSON text. */
export interface ParameterTable {
  key: string;
  value: string;
  revision: number;
  changedBy: string;
  changedAt: string;
}

/** Append-only. */
export interface ParameterChangeTable {
  position: Generated<number>;
  key: string;
  before: string;
  after: string;
  account: string;
  personName: string;
  at: string;
}

export interface ParameterTables {
  parameter: ParameterTable;
  parameter_change: ParameterChangeTable;
}

/** What the parameter says now; inside a decision, what holds for it. */
export async function parameterValue<T>(db: AnyDb, { key, schema, unset }: Parameter<T>): Promise<T> {
  const row = await tablesOf<ParameterTables>(db)
    .selectFrom('parameter')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst();
  return row ? schema.parse(JSON.parse(row.value)) : unset;
}

export async function createParameterTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('parameter')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('changedBy', 'text', (c) => c.notNull())
    .addColumn('changedAt', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await db.schema
    .createTable('parameter_change')
    .addColumn('position', 'integer', (c) => c.primaryKey())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('before', 'text', (c) => c.notNull())
    .addColumn('after', 'text', (c) => c.notNull())
    .addColumn('account', 'text', (c) => c.notNull())
    .addColumn('personName', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await keepAppendOnly(db, 'parameter_change', 'versions are kept');
}
