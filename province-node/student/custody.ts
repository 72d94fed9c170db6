import type { Kysely } from 'kysely';
import type { HeldRecord } from '../../contracts/custody.ts';
import type { Custody } from '../../contracts/student.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { STUDENTS } from './table.ts';

/** With `epoch`: only of a record that has not moved on since. */
export async function setCustody(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  custody: Custody,
  epoch?: number,
): Promise<void> {
  const changed = await tx
    .updateTable('student')
    .set({ custody, ...(epoch === undefined ? {} : { epoch }) })
    .where('id', '=', studentId)
    .where('custody', '!=', custody)
    .$if(epoch !== undefined, (q) => q.where('epoch', '<', epoch!))
    .returning('schoolId')
    .execute();
  tellPages(province, tx, STUDENTS, new Set(changed.map(({ schoolId }) => schoolId)));
}

const heldColumns = ['id as studentId', 'version', 'studentNumber', 'claimNo', 'epoch', 'custody'] as const;

/** The records of a school that are in custody here, in the order of their ids: what custody is reconciled by. */
export async function listHeldOf(db: Kysely<ProvinceDb>, schoolId: string): Promise<HeldRecord[]> {
  return db
    .selectFrom('student')
    .select(heldColumns)
    .where('schoolId', '=', schoolId)
    .where('custody', '!=', 'moved-out')
    .orderBy('id')
    .execute();
}

/** What there is of these pupils here, in custody or not. */
export async function findRecords(db: Kysely<ProvinceDb>, studentIds: readonly string[]) {
  return db
    .selectFrom('student')
    .innerJoin('org', 'org.id', 'student.schoolId')
    .select(['student.id as studentId', 'version', 'studentNumber', 'claimNo', 'epoch', 'custody'])
    .select(['student.name', 'schoolId', 'org.name as schoolName', 'changedAt'])
    .where('student.id', 'in', studentIds)
    .execute();
}

/** By order of the hub: in custody here again, in this epoch. */
export async function holdAgain(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  epoch: number,
): Promise<void> {
  await setCustody(province, tx, studentId, 'active');
  await tx.updateTable('student').set({ epoch }).where('id', '=', studentId).execute();
}

/** So that the next version is above what the index has. */
export async function raiseVersion(tx: Tx<ProvinceDb>, studentId: string, version: number): Promise<void> {
  await tx.updateTable('student').set({ version }).where('id', '=', studentId).where('version', '<', version).execute();
}
