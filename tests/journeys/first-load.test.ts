import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIRST_LOAD_KB_MAX, firstLoadKb } from '../bench/first-load.ts';

test.each(['province', 'hub'])('P9 the first load of the %s’s pages stays within its weight', (app) => {
  expect(firstLoadKb(join(import.meta.dirname, '../../dist/web', app))).toBeLessThanOrEqual(FIRST_LOAD_KB_MAX);
});
