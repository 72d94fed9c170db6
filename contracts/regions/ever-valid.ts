import { everValidLines } from './ever-valid.data.ts';

const everValid: ReadonlySet<string> = new Set(
  everValidLines
    .trim()
    .split('\n')
    .flatMap((line) => (line.slice(5).match(/../g) ?? []).map((end) => line.slice(0, 4) + end)),
);

/**
 * Whether GB/T 2260 ever listed this 6-digit code, today's and all retired ones since 1980. A resident id keeps the code
 * of the county that issued it, so its prefix is judged by this and never by today's list (GB 11643-1999 4.1).
 */
export function wasEverRegion(code: string): boolean {
  return everValid.has(code);
}
