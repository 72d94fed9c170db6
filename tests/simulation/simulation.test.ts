import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const SEEDS = 8;

test('eight simulated worlds keep every invariant, come to rest, and agree', { timeout: 600_000 }, () => {
  const args = ['deploy/run.mjs', 'tests/simulation/main', '--seeds', String(SEEDS)];
  const { status, stdout, stderr } = spawnSync('node', args, { cwd: root, encoding: 'utf8' });
  const last = stdout.trim().split('\n').at(-1);
  expect({ status, stderr, last }, stdout).toEqual({
    status: 0,
    stderr: '',
    last: expect.stringContaining(' 0 failed'),
  });
});
