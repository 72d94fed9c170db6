import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generateHan } from './generate-han.ts';

test('the committed data of Han characters is what the generator makes of its sources', () => {
  const committed = readFileSync(new URL('../contracts/people/han.data.ts', import.meta.url), 'utf8');
  expect(generateHan() === committed).toBe(true);
});
