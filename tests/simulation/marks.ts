/** What a run did to the nodes, and which rare situations it met. */
export interface Marks {
  /** A fault was injected. */
  fault(kind: string, times?: number): void;
  /** A situation that some runs must meet, or the simulation proves less than it says. */
  sometimes(name: string): void;
  readonly faults: Readonly<Record<string, number>>;
  readonly met: Readonly<Record<string, number>>;
}

export function openMarks(): Marks {
  const faults: Record<string, number> = {};
  const met: Record<string, number> = {};
  return {
    faults,
    met,
    fault: (kind, times = 1) => {
      faults[kind] = (faults[kind] ?? 0) + times;
    },
    sometimes: (name) => {
      met[name] = (met[name] ?? 0) + 1;
    },
  };
}

/** Every run of a thousand seeds or more meets each of these: some ten in two thousand do. */
export const rareMarks: readonly string[] = ['a record that a restore had taken was made again under its number'];

/** Every run of a hundred seeds or more meets each of these. */
export const requiredMarks: readonly string[] = [
  'a claim was granted',
  'a claim was refused: another province holds the identity',
  'a registration was approved with a formal number',
  'a registration was approved with a temporary number',
  'a registration was ended after its dedup failed',
  'a decision on a stale page was refused',
  'a double click had one effect',
  'a decision was lost in a crash and the operator told nothing',
  'a message came again after it was applied',
  'a corrupted or forged message was refused',
  'a message waited for its stream to open',
  'a restored province got its own words back',
  'a restored hub was told claims that it had forgotten',
  'a message of an older incarnation was refused',
  'a claim was released',
  "a pupil's form was handed in (submit)",
  "a pupil's form was handed in (resubmit)",
  'two people decided the same application at once, and one of them did',
  'who had handed it in was refused as its reviewer',
  'the population registry did not answer and the province was told',
  'a crash at outbox.before-write',
  'a crash at courier.before-send',
  'a crash at receive.before-commit',
  'a crash at receive.after-commit-before-receipt',
  'a crash at receipt.before-commit',
  'a crash at handshake.before-commit',
  'a crash at store.before-commit',
  'a crash at store.after-commit',
  'the power failed',
];
