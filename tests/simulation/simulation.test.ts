import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

function allHold(seeds: number, from: number): void {
  const args = ['deploy/run.mjs', 'tests/simulation/main', '--seeds', String(seeds), '--from', String(from)];
  const { status, stdout, stderr } = spawnSync('node', args, { cwd: root, encoding: 'utf8' });
  const last = stdout.trim().split('\n').at(-1);
  expect({ status, stderr, last }, stdout).toEqual({
    status: 0,
    stderr: '',
    last: expect.stringContaining(' 0 failed'),
  });
}

describe('simulated worlds keep every invariant, come to rest, and agree', { timeout: 600_000 }, () => {
  test('three hundred in a row', () => allHold(300, 1));

  /** Short worlds that a defect was found in. They show it only as long as nothing changes what a seed does; each has cost little. */
  test.each([
    [474, 'hub and destination are restored to before a hand-over that has ended, and only the origin has a copy'],
    [549, 'two loaded records wait for an identity that an application lets go'],
    [685, 'own words come back once the stream is open, and the greeting that follows is lost'],
    [1399, 'a record comes back to a province that was restored to before it had approved the registration'],
  ])('%i: %s', (seed) => allHold(1, seed));
});
