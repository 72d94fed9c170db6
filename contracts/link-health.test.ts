import { expect, test } from 'vitest';
import { delayLevel } from './link-health.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test.each([
  [null, null],
  [0, null],
  [15 * MINUTE_MS - 1, null],
  [15 * MINUTE_MS, 'minutes'],
  [HOUR_MS - 1, 'minutes'],
  [HOUR_MS, 'hour'],
  [24 * HOUR_MS - 1, 'hour'],
  [24 * HOUR_MS, 'day'],
  [400 * HOUR_MS, 'day'],
])('a message that has waited %s ms raises %s', (oldestMs, level) => {
  expect(delayLevel(oldestMs)).toBe(level);
});
