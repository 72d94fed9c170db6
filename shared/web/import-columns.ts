import type { ImportFindingView, ImportRowView } from './ImportResult.tsx';

/**
 * The columns of this page of rows: whose row it is, then what has errors (most first), then warnings, then what else is
 * filled in.
 */
export function orderedTitles(
  rows: readonly ImportRowView[],
  titles: readonly string[],
  keyTitles: readonly string[],
): string[] {
  const found = rows.flatMap(({ findings }) => findings);
  const errors = countsOf(found.filter(({ severity }) => severity === 'error'));
  const findings = countsOf(found);
  const filled = new Set(rows.flatMap(({ cells }) => Object.keys(cells)));
  const all = [...new Set([...keyTitles, ...titles, ...findings.keys(), ...filled])];
  const rank = (title: string): number => {
    if (keyTitles.includes(title)) return 0;
    if (errors.has(title)) return 1;
    return findings.has(title) ? 2 : 3;
  };
  return all
    .filter((title) => rank(title) < 3 || filled.has(title))
    .toSorted((a, b) => rank(a) - rank(b) || (errors.get(b) ?? 0) - (errors.get(a) ?? 0));
}

function countsOf(findings: readonly ImportFindingView[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { title } of findings) counts.set(title, (counts.get(title) ?? 0) + 1);
  return counts;
}
