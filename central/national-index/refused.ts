import type { NodeId } from '../../contracts/core/message.ts';
import type { IndexAlarmKind } from '../../contracts/national-query.ts';
import { maskName } from '../../contracts/people/names.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { raiseAlarm } from './table.ts';

/** What a province told of a record is not taken: the ministry sees who told it, and who has it. */
export async function tellRefused(
  hub: Hub,
  tx: Tx<HubDb>,
  { studentId, studentNumber, schoolName, name }: Record<'studentId' | 'studentNumber' | 'schoolName' | 'name', string>,
  province: NodeId,
  kind: IndexAlarmKind,
  otherProvince: NodeId | null,
): Promise<void> {
  hub.log.warn({ kind, studentId, from: province }, 'a record as it was told was refused');
  const at = isoTime(hub.clock.now());
  const maskedName = maskName(name);
  await raiseAlarm(tx, { at, kind, province, studentId, studentNumber, maskedName, schoolName, otherProvince });
}
