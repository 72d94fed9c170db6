import { createHash } from 'node:crypto';
import { lineOf, movedLineOf } from '../../contracts/custody.ts';
import type { HeldRecord } from '../../contracts/custody.ts';

/** What a school's records, in the order of their ids, are compared by. The hub makes the same of its rows in SQL. */
export function digestOf(held: readonly HeldRecord[]) {
  const moved = held.filter(({ epoch }) => epoch > 0);
  return {
    records: held.length,
    digest: sha256(held.map(lineOf)),
    movedDigest: moved.length === 0 ? null : sha256(moved.map(movedLineOf)),
  };
}

function sha256(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
