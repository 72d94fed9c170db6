import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generateRegions } from './generate-regions.ts';

const committed = (file: string) => readFileSync(new URL(`../contracts/regions/${file}`, import.meta.url), 'utf8');

test('the committed region data is what the generator makes of its sources', () => {
  const { regions, everValid } = generateRegions();
  expect(regions === committed('regions.data.ts')).toBe(true);
  expect(everValid === committed('ever-valid.data.ts')).toBe(true);
});

test('the region data stays small enough for a page: names below 150 kB, the id prefixes below 60 kB', () => {
  const { regions, everValid } = generateRegions();
  expect(Buffer.byteLength(regions)).toBeLessThan(150_000);
  expect(Buffer.byteLength(everValid)).toBeLessThan(60_000);
});
