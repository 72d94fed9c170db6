/** An invariant does not hold: the run ends here. `invariant` is its number in docs/SIMULATION.md. */
export class Violation extends Error {
  readonly invariant: string;

  constructor(invariant: string, detail: string) {
    super(`${invariant}: ${detail}`);
    this.invariant = invariant;
  }
}

export function holds(condition: unknown, invariant: string, detail: () => string): asserts condition {
  if (!condition) throw new Violation(invariant, detail());
}

/** Thrown by a failpoint: the process ends at this instruction. */
export class Crash extends Error {
  constructor(where: string) {
    super(`crash at ${where}`);
  }
}
