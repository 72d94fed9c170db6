import { HUB } from '../../shared/messaging/directory.ts';
import type { Province } from '../context.ts';
import { restate } from '../student/change.ts';

/**
 * Records that a restore set back (`bringUpTo`): once this node has agreed with the hub, it tells what is still open on
 * each. The application may be lost, and the hub would keep the record blocked for ever.
 */
export async function tellOfRecalled(province: Province): Promise<void> {
  if (!province.messaging.hasAgreed(HUB)) return;
  const recalled = await province.store.read.selectFrom('recalled_record').select('studentId').execute();
  for (const { studentId } of recalled) await province.store.decide((tx) => restate(province, tx, studentId));
}
