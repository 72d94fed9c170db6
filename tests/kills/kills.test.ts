import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeNats } from '../world/nats.ts';

const root = join(import.meta.dirname, '../..');
const KILLS = 4;

describeNats('real processes on a real broker', () => {
  test(
    'killed at random under load, everything promised is there, and every pupil has one home',
    { timeout: 300_000 },
    () => {
      const args = ['deploy/run.mjs', 'tests/kills/main', '--kills', String(KILLS)];
      const { status, stdout, stderr } = spawnSync('node', args, { cwd: root, encoding: 'utf8' });
      const last = stdout.trim().split('\n').at(-1);
      expect({ status, last }, stdout + stderr).toEqual({
        status: 0,
        last: expect.stringContaining('every invariant holds'),
      });
    },
  );
});
