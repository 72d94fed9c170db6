// Installs what is missing and builds what is stale, so that every command works right after a clone. Plain JavaScript:
// it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);

/** Runs a program in the project's root and stops everything when it fails. */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) {
    console.error(`${program} ${args.join(' ')} failed`);
    process.exit(result.status ?? 1);
  }
}

/** `npm ci` when node_modules, unless it is a link, does not match package-lock.json. */
export function install() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Xueji needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }
  // Packages that another working copy has installed: `npm ci` would follow the link and empty it there.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const wanted = hashOf([join(root, 'package-lock.json')], process.versions.modules);
  const stamp = join(root, 'node_modules', '.xueji-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing packages (the first time takes one to three minutes) …');
  const ci = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // better-sqlite3 is compiled where its ready-made binary cannot be fetched: by all cores.
  const env = { ...process.env, JOBS: 'max' };
  if (spawnSync('npm', ci, { cwd: root, stdio: 'inherit', env }).status !== 0) {
    installDebianPackages({ 'g++': ['g++'], make: ['make'], python3: ['python3'] });
    run('npm', ci, { env });
  }
  writeFileSync(stamp, wanted);
}

/** Installs what is missing through apt, where that is possible; programs by name, with the packages that bring them. */
export function installDebianPackages(wanted) {
  const on = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  const missing = Object.entries(wanted).flatMap(([program, packages]) => (on(program) ? [] : packages));
  if (missing.length === 0) return;
  if (!on('apt-get') || process.getuid?.() !== 0) {
    console.log(`Missing: ${missing.join(', ')}. As root on Debian: apt-get install ${missing.join(' ')}`);
    return;
  }
  console.log(`Installing ${missing.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env });
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
  const apt = spawnSync('apt-get', install, { encoding: 'utf8', env });
  if (apt.status !== 0) console.log(apt.stdout + apt.stderr);
}

/** Emits JavaScript into dist/ when a source has changed since the last time. */
export function buildServer() {
  const sources = listFiles(
    (path) => /\.(ts|json)$/.test(path) && !path.endsWith('.test.ts') && !path.includes('/web/'),
  );
  whenStale('dist/.server', [...sources, join(root, 'tsconfig.json'), join(root, 'tsconfig.build.json')], () => {
    console.log('Building the servers …');
    run(bin('tsc'), ['-p', 'tsconfig.build.json', '--checkers', '1']);
  });
}

/** Bundles the pages of the province nodes and of the hub. */
export function buildWeb() {
  const sources = listFiles((path) => /\.(ts|tsx|css|html)$/.test(path) && !/\.test\.tsx?$/.test(path)).filter(
    (path) => path.includes('/web/') || path.includes('/contracts/') || path.endsWith('vite.config.ts'),
  );
  whenStale('dist/.web', sources, () => {
    console.log('Building the pages …');
    for (const app of ['province', 'hub'])
      run(bin('vite'), ['build', '-c', 'deploy/vite.config.ts', '--mode', 'production', '--logLevel', 'warn'], {
        env: { ...process.env, XUEJI_APP: app },
      });
  });
}

/** The pupils of the demonstration's earlier years, which each first start copies. */
export function makeEarlierPupils() {
  const sources = listFiles(
    (path) => /\.(ts|json)$/.test(path) && !path.endsWith('.test.ts') && /\/(contracts|migrations|demo)\//.test(path),
  );
  whenStale('dist/.earlier-pupils', sources, () => {
    console.log('Making 150,000 pupils for the demonstration (once, some fifteen seconds) …');
    run(process.execPath, [join('dist', 'deploy', 'demo', 'load.js'), join('dist', 'earlier-pupils')]);
  });
}

function whenStale(stampPath, sources, build) {
  const stamp = join(root, stampPath);
  const wanted = hashOf([...sources, join(root, 'package-lock.json')], '');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(stamp, { force: true });
  build();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function listFiles(wanted) {
  return ['contracts', 'shared', 'central', 'province-node', 'deploy', 'tests'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .filter(wanted),
  );
}

function hashOf(paths, salt) {
  const hash = createHash('sha256').update(salt);
  for (const path of paths.sort()) hash.update(`${relative(root, path)}\0`).update(readFileSync(path));
  return hash.digest('hex');
}
