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
