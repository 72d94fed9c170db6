import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Tx } from '../../shared/db/store.ts';
import type { ProvinceDb } from '../schema.ts';

/** Why a record is a problem record (问题学籍类型). Duplicates come with their own business. */
export type ProblemKind = 'name-mismatch' | 'not-found';

export const problemKindTitles: Record<ProblemKind, string> = {
  'name-mismatch': '公安部校验不通过：身份证号与姓名不匹配',
  'not-found': '公安部校验不通过：身份证号不存在',
};

/** An open problem record (问题学籍). `legacy` came with phase one's data, `new` arose here. */
export interface ProblemRecordTable {
  id: string;
  studentId: string;
  schoolId: string;
  kind: ProblemKind;
  origin: 'legacy' | 'new';
  state: 'open' | 'closed';
  openedAt: string;
}

export interface ProblemRecordTables {
  problem_record: ProblemRecordTable;
}

export async function openProblemRecords(
  tx: Tx<ProvinceDb>,
  records: readonly Omit<ProblemRecordTable, 'state'>[],
): Promise<void> {
  if (records.length === 0) return;
  await tx
    .insertInto('problem_record')
    .values(records.map((record) => ({ ...record, state: 'open' as const })))
    .execute();
}

/**
 * The identity of the record was changed and checked: what the population registry had against the former one is settled.
 * Answers whether another problem is open.
 */
export async function settleVerification(tx: Tx<ProvinceDb>, studentId: string): Promise<boolean> {
  await tx
    .updateTable('problem_record')
    .set({ state: 'closed' })
    .where('studentId', '=', studentId)
    .where('kind', 'in', ['name-mismatch', 'not-found'])
    .execute();
  const open = tx.selectFrom('problem_record').select('id').where('studentId', '=', studentId);
  return (await open.where('state', '=', 'open').executeTakeFirst()) !== undefined;
}

export async function createProblemRecordTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('problem_record')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('studentId', 'text', (c) => c.notNull().references('student.id'))
    .addColumn('schoolId', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('openedAt', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema.createIndex('problem_record_school').on('problem_record').columns(['schoolId', 'state']).execute();
  await db.schema.createIndex('problem_record_student').on('problem_record').column('studentId').execute();
}
