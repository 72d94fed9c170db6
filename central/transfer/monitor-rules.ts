/** The median of values that each came `total` times; the lower of the two in the middle. Null of nothing. */
export function medianOf(counted: ReadonlyArray<{ value: number; total: number }>): number | null {
  const ascending = counted.toSorted((a, b) => a.value - b.value);
  const half = ascending.reduce((sum, { total }) => sum + total, 0) / 2;
  let seen = 0;
  for (const { value, total } of ascending) {
    seen += total;
    if (seen >= half) return value;
  }
  return null;
}
