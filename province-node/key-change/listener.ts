import type { ProblemOfChange } from '../../contracts/key-change.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { HashedPicture } from '../../shared/evidence/hashed.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import type { KeyChangeTable } from './table.ts';

/** What became of a change. */
export type KeyChangeEvent = 'started' | 'resubmitted' | 'approved' | 'returned' | 'withdrawn' | 'ended';

/** A change by which a problem record is handled (变更). */
export interface ProblemChange {
  id: string;
  studentId: string;
  schoolId: string;
  problem: ProblemOfChange;
}

/**
 * Another business hears of the changes that carry its problem, in the decision in which it happens; a `Problem` that it throws
 * refuses it. Registered in businesses.ts, so that a change knows nothing of who listens.
 */
export type KeyChangeListener = (
  province: Province,
  tx: Tx<ProvinceDb>,
  change: ProblemChange,
  event: KeyChangeEvent,
  /** The pictures that it was handed in with, when it was. */
  evidence: readonly HashedPicture[],
) => Promise<void>;

/** Tells who listens; of a change without a problem, nobody. */
export async function tellListener(
  listener: KeyChangeListener | undefined,
  province: Province,
  tx: Tx<ProvinceDb>,
  { id, studentId, schoolId, problemGroup, problemRevision }: KeyChangeTable,
  event: KeyChangeEvent,
  evidence: readonly HashedPicture[] = [],
): Promise<void> {
  if (!listener || problemGroup === null || problemRevision === null) return;
  const problem = { groupId: problemGroup, revision: problemRevision };
  await listener(province, tx, { id, studentId, schoolId, problem }, event, evidence);
}
