import { z } from 'zod';
import { TodoRow } from './application.ts';
import { endpoint } from './core/endpoint.ts';
import { HandOverFault } from './hand-over-fault.ts';
import { handlerRoles } from './orgs/roles.ts';
import { ReminderStage } from './transfer-limit.ts';
import { TransferKind } from './transfer-rules.ts';

/** Of those that are not late: how many the hub has reminded of at this part of their days, and at no later one. */
export const TransferTurnRow = TodoRow.extend({ reminded: z.record(ReminderStage, z.int()) });
export type TransferTurnRow = z.infer<typeof TransferTurnRow>;

/** A hand-over of the caller's school that came to nothing: the pupil is where they were, and somebody has to mend why. */
export const FailedTransfer = z.object({
  transfer: z.string(),
  kind: TransferKind,
  name: z.string(),
  fault: HandOverFault,
});
export type FailedTransfer = z.infer<typeof FailedTransfer>;

/** What waits for the caller on the unified platform, by kind of transfer, for the province's home page (features 18.1, 18.4). */
export const countTransferTurns = endpoint({
  method: 'get',
  path: '/api/transfer-turns',
  title: '统一平台待办统计',
  access: { roles: handlerRoles, reach: 'subtree' },
  input: z.object({}),
  output: z.object({ rows: z.array(TransferTurnRow), failed: z.array(FailedTransfer) }),
});
