import { afterEach } from 'vitest';
import { tellOpenPages } from './people.ts';

// A journey that fails on another machine leaves only what it prints: what its people had before them.
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await tellOpenPages();
});
