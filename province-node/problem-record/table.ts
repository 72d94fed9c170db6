import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Tx } from '../../shared/db/store.ts';
import type { ProvinceDb } from '../schema.ts';

/** Why a record is a problem record (问题学籍类型). Duplicates come with their own business. */
export type ProblemKind = 'name-mismatch' | 'not-found' | 'check-digit';

export const problemKindTitles: Record<ProblemKind, string> = {
  'name-mismatch': '公安部校验不通过：身份证号与姓名不匹配',
  'not-found': '公安部校验不通过：身份证号不存在',
  'check-digit': '身份证件号错误：校验位错误',
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
