import { benchAudit } from './audit.ts';
import { benchClaims } from './claims.ts';
import { benchGroups } from './groups.ts';
import { benchImport } from './import.ts';
import { benchLegacy } from './legacy.ts';
import { benchPages } from './pages.ts';
import { benchStart } from './start.ts';
import { benchSuspects } from './suspects.ts';
import { benchTransfers } from './transfers.ts';
import { report } from './figure.ts';
import type { Measured } from './figure.ts';

/** What a benchmark may be told. */
export interface BenchOptions {
  /** Size of what is measured; each benchmark has its own default. */
  rows: number | undefined;
  /** Data prepared by an earlier run is made anew. */
  fresh: boolean;
  /** Folder for CPU profiles of the processes; undefined: none. */
  profile: string | undefined;
}

/** `npm run bench -- audit|claims|groups|import|legacy|pages|start|suspects|transfers [--rows N] [--json] [--fresh] [--profile FOLDER]`; see docs/MEASUREMENTS.md. */
const benches: Record<string, (options: BenchOptions) => Promise<Measured>> = {
  audit: benchAudit,
  claims: benchClaims,
  groups: benchGroups,
  import: benchImport,
  legacy: benchLegacy,
  pages: benchPages,
  start: benchStart,
  suspects: benchSuspects,
  transfers: benchTransfers,
};

const argv = process.argv.slice(2);
const option = (name: string): string | undefined => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
const bench = benches[argv[0] ?? ''];
if (!bench) {
  console.error(
    `usage: npm run bench -- ${Object.keys(benches).join('|')} [--rows N] [--json] [--fresh] [--profile FOLDER]`,
  );
  process.exitCode = 2;
} else {
  // The threads of a store keep no process alive, and a benchmark may have nothing else that does.
  const alive = setInterval(() => undefined, 60_000);
  const rows = option('--rows');
  const measured = await bench({
    rows: rows === undefined ? undefined : Number(rows),
    fresh: argv.includes('--fresh'),
    profile: option('--profile'),
  });
  clearInterval(alive);
  process.exitCode = report(measured, argv.includes('--json')) ? 0 : 1;
}
