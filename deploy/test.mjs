// `npm test`: installs what is missing, then format, lint, types, tests and browser journeys; ends with "N passed, N failed".
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdirSync, openSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { buildServer, buildWeb, install, installDebianPackages, root } from './prepare.mjs';

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const bin = (name) => join(root, 'node_modules', '.bin', name);
/** Worlds of the simulation (docs/SIMULATION.md); half of them where a check of each change has to end within fifteen minutes. */
const WORLDS = process.env.CI === 'true' ? 150 : 300;
let passed = 0;
let failed = 0;
const skipped = [];

install();
// Where they cannot be had, the tests that need them are skipped by name.
if (only !== 'check')
  installDebianPackages({ 'nats-server': ['nats-server'], chromium: ['chromium', 'fonts-noto-cjk'] });
await Promise.all([
  check('format', bin('prettier'), ['--check', '--log-level', 'warn', '.']),
  check('lint', bin('oxlint'), ['--type-aware', '--deny-warnings']),
  check('types', bin('tsc'), ['-p', '.', '--checkers', '1']),
]);
if (only !== 'check') {
  buildServer();
  const worlds = only === 'journeys' ? undefined : simulate();
  if (only === 'journeys') process.env.JOURNEYS = 'all';
  else tests('unit, integration and simulation', 'vitest.config.ts', inMemory());
  // Browsers are slowed by it more than it is worth.
  await worlds?.();
  buildWeb();
  tests('browser journeys', 'tests/journeys/vitest.config.ts');
}
if (skipped.length > 0) console.log(`skipped: ${skipped.join('; ')}`);
if (process.env.CI === 'true') failed += skipped.length;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** What it prints stands together, above how it ended. */
async function check(name, program, args) {
  const started = performance.now();
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => printed.push(bytes));
  const [status] = await once(child, 'close');
  process.stdout.write(Buffer.concat(printed));
  report(name, status === 0, started);
}

function tests(name, config, env = {}) {
  const started = performance.now();
  const file = join(root, 'dist', `tests-${name.replace(/\W+/g, '-')}.json`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  rmSync(file, { force: true });
  spawnSync(
    bin('vitest'),
    ['run', '-c', config, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } },
  );
  if (!existsSync(file)) return report(name, false, started);
  const result = JSON.parse(readFileSync(file, 'utf8'));
  passed += result.numPassedTests;
  failed += result.numFailedTests;
  // A file that does not load, or a run without a test, is a failure too.
  const broken = result.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0);
  if (broken.length > 0 || result.numTotalTests === 0) failed += Math.max(1, broken.length);
  if (!result.success && result.numFailedTests === 0 && broken.length === 0) failed += 1;
  for (const one of result.testResults)
    for (const test of one.assertionResults)
      if (test.status === 'pending' || test.status === 'skipped' || test.status === 'todo') skipped.push(test.fullName);
  console.log(`${name}: ${Math.round((performance.now() - started) / 1000)} s`);
}

/** Worlds run beside the tests of nodes and pages, on what these leave idle; answers what waits for them. */
function simulate() {
  const started = performance.now();
  const file = join(root, 'dist', 'simulation.log');
  const log = openSync(file, 'w');
  const args = ['-n', '10', process.execPath, 'deploy/run.mjs', 'tests/simulation/main', '--seeds', String(WORLDS)];
  const env = { ...process.env, ...inMemory() };
  const child = spawn('nice', args, { cwd: root, stdio: ['ignore', log, log], env });
  const closed = once(child, 'close');
  return async () => {
    const [status] = await closed;
    if (status !== 0) console.log(readFileSync(file, 'utf8'));
    report(`simulation of ${WORLDS} worlds`, status === 0, started);
  };
}

/** What these tests keep is gone with them: in memory its commits need not wait for a disk. */
function inMemory() {
  const folder = '/dev/shm';
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= 4 * 1024 ** 3 ? { TMPDIR: folder } : {};
  } catch {
    return {};
  }
}

function report(name, good, started) {
  if (good) passed++;
  else failed++;
  console.log(`${name}: ${good ? 'passed' : 'FAILED'} in ${Math.round((performance.now() - started) / 1000)} s`);
}
