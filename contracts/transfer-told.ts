import { z } from 'zod';
import { message } from './core/message.ts';
import { HandOverFault } from './hand-over-fault.ts';
import { StudentEventStep, TransferEvidence } from './packed-record.ts';
import { Stage } from './orgs/org.ts';
import { Role } from './orgs/roles.ts';
import { ReminderStage } from './transfer-limit.ts';
import { TransferState } from './transfer.ts';
import { TransferKind } from './transfer-rules.ts';

/**
 * Fact of the hub, to both provinces, at every change of a transfer: where it stands and whose turn it is. `snapshot` is the hub's
 * own memory of the case (JSON): after a restore its words come back and it knows what it had decided.
 */
export const TransferTold = message(
  'transfer.told',
  z.object({
    transfer: z.uuid(),
    /** Rises with each change; an older one changes nothing. */
    revision: z.int(),
    kind: TransferKind,
    state: TransferState,
    studentId: z.string(),
    studentNumber: z.string(),
    name: z.string(),
    fromProvince: z.string(),
    fromSchoolId: z.string(),
    fromSchoolName: z.string(),
    toProvince: z.string(),
    toSchoolId: z.string(),
    toSchoolName: z.string(),
    stage: Stage,
    cohort: z.int(),
    turnOrgId: z.string().nullable(),
    turnRole: Role.nullable(),
    turnSince: z.string(),
    appliedAt: z.string(),
    /** Who decided what so far, and what was handed in: they go into the history of the record. */
    steps: z.array(StudentEventStep).optional(),
    evidence: z.array(TransferEvidence).optional(),
    /** Of which part of its days whose turn it is was reminded last. */
    reminded: ReminderStage.nullable().optional(),
    /** Why nothing came of it, where it has failed. */
    fault: HandOverFault.nullable().optional(),
    snapshot: z.string(),
  }),
  { confidential: true },
);
