/** What cannot be, checked all the same, in production too. A failure is a defect: it rolls the decision back. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${what}`);
}

export function must<T>(value: T | null | undefined, what: string): T {
  assert(value !== null && value !== undefined, what);
  return value;
}

export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
