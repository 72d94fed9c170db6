import { join } from 'node:path';
import { provinces } from '../../contracts/regions/regions.ts';
import { must } from '../../shared/assert.ts';
import { systemClock } from '../../shared/clock.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';
import { mustBeSameSecret, takeDataFolder } from '../../shared/node/data-folder.ts';
import { idsFrom, systemRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import type { ProvinceSettings } from '../config.ts';
import { migrations } from '../migrations/index.ts';
import type { ProvinceDb } from '../schema.ts';
import { dropLookupIndexes, makeLookupIndexes } from '../student/load.ts';
import { loadFile } from './load.ts';
import type { Loading } from './load.ts';
import { batchesInThread } from './reader.ts';
import type { LegacyLoadTable } from './table.ts';

/** Rows between two lines about how far it is. */
const ROWS_PER_LINE = 100_000;
/** Rows of one decision: what a crash does again at most. */
const ROWS_PER_BATCH = 5_000;
/** A batch stays in memory until its commit: what is written bit by bit before is written twice. */
const WRITE_CACHE_KIB = 64 * 1024;

/**
 * `npm run province -- import-legacy FILE --config FILE`, while the node does not run: loads phase one's data from a CSV or XLSX
 * file and tells in FILE.report.csv what was not loaded and why. Cut off, it is given again and goes on where it was.
 */
export async function importLegacy(
  { dataFolder, masterSecret, province }: ProvinceSettings,
  file: string,
  say: (line: string) => void,
): Promise<LegacyLoadTable> {
  const letGo = takeDataFolder(dataFolder);
  const database = join(dataFolder, 'node.db');
  try {
    const secret = Buffer.from(masterSecret, 'hex');
    const open = () => openStore<ProvinceDb>(database, { sliceMs: Infinity, writeCacheKib: WRITE_CACHE_KIB });
    mustBeSameSecret(dataFolder, openVault(secret, systemRandom));
    const migrating = open();
    await migrate(migrating, migrations).finally(() => migrating.close());
    dropLookupIndexes(database);
    const store = open();
    const { name: provinceName } = must(
      provinces.find(({ code }) => code === `${province}0000`),
      `province ${province}`,
    );
    const ids = idsFrom(systemClock, systemRandom);
    const loading: Loading = {
      store,
      clock: systemClock,
      ids,
      provinceName,
      batches: (reading) => batchesInThread(secret, reading),
      rowsPerBatch: ROWS_PER_BATCH,
    };
    let told = 0;
    const load = await loadFile(loading, file, `${file}.report.csv`, ({ rows }) => {
      if (rows < told + ROWS_PER_LINE) return;
      told = rows;
      say(`${rows} rows …`);
    }).finally(() => store.close());
    say(`${load.rows} rows: ${load.loaded} records loaded, of them ${load.problems} problem records`);
    say(`${load.refused} rows were not loaded; what was left out and why: ${file}.report.csv`);
    return load;
  } finally {
    makeLookupIndexes(database);
    letGo();
  }
}
