import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Found } from './defects.ts';
import { plantedDefects } from './planted.ts';

const root = join(import.meta.dirname, '../..');
const names = plantedDefects.filter(({ everyTime }) => everyTime).map(({ name }) => name);
let found: Found[] = [];

/** That the program without a defect passes the same seeds, and more, is what `npm test` runs three hundred worlds for. */
describe('the simulation is awake', () => {
  beforeAll(() => {
    const { stdout } = spawnSync('node', ['deploy/run.mjs', 'tests/simulation/defects', ...names], {
      cwd: root,
      encoding: 'utf8',
    });
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    found = lines.map((line) => JSON.parse(line) as Found);
    console.log(found.map(({ name, seeds, invariant }) => `${seeds} seeds: ${name} (${invariant})`).join('\n'));
  }, 900_000);

  test.each(names)('a program that %s is found', (name) => {
    expect(found.find((one) => one.name === name)).toMatchObject({ expected: true });
  });
});
