/** One result of a benchmark: what the product does beside what is possible, or allowed. */
export interface Figure {
  figure: string;
  value: number;
  unit: string;
  /** Measured in the same run; where the goal is a fixed number, that number. */
  limit: number;
  /** What the limit is, for people. */
  limitName: string;
  /** On the ratio of value to limit. */
  goal: `${'>=' | '<='} ${number}`;
}

/** What a benchmark hands back: its figures, and what a reader must know about how they came about. */
export interface Measured {
  figures: Figure[];
  notes: string[];
}

interface Judged extends Figure {
  ratio: number;
  holds: boolean;
}

/** Prints the figures, as a table or as one JSON line each; answers whether every goal holds. */
export function report({ figures, notes }: Measured, asJson: boolean): boolean {
  const judged = figures.map(judge);
  if (asJson) {
    for (const { limitName: _, figure, value, unit, limit, ratio, goal, holds } of judged)
      console.log(JSON.stringify({ figure, value, unit, limit, ratio, goal, holds }));
  } else {
    const rows = judged.map(({ figure, value, unit, limit, limitName, ratio, goal, holds }) => [
      figure,
      `${value} ${unit}`,
      `${limit} ${unit} (${limitName})`,
      String(ratio),
      goal,
      holds ? 'holds' : 'MISSED',
    ]);
    printTable([['figure', 'measured', 'limit', 'ratio', 'goal', ''], ...rows]);
    for (const note of notes) console.log(`- ${note}`);
  }
  return judged.every(({ holds }) => holds);
}

function judge(figure: Figure): Judged {
  const ratio = figure.value / figure.limit;
  const [sign, bound] = figure.goal.split(' ');
  const holds = sign === '>=' ? ratio >= Number(bound) : ratio <= Number(bound);
  return { ...figure, value: rounded(figure.value), limit: rounded(figure.limit), ratio: rounded(ratio), holds };
}

/** Three significant digits, and whole numbers whole. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

function printTable(rows: readonly string[][]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
}

/** The value that `share` of all samples do not exceed. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}
