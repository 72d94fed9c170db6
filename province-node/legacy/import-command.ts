import { join } from 'node:path';
import { provinces } from '../../contracts/regions/regions.ts';
import { must } from '../../shared/assert.ts';
import { systemClock } from '../../shared/clock.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';
import type { Store } from '../../shared/db/store.ts';
import { mustBeSameSecret, takeDataFolder } from '../../shared/node/data-folder.ts';
import { idsFrom, systemRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import type { ProvinceSettings } from '../config.ts';
import { migrations } from '../migrations/index.ts';
import type { ProvinceDb } from '../schema.ts';
import { dropLookupIndexes, makeLookupIndexes } from '../student/load.ts';
import { hashOf, loadFile } from './load.ts';
import type { LoadedFile, Loading } from './load.ts';
import { batchesInThread } from './reader.ts';
import { findLoad } from './table.ts';
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
  settings: ProvinceSettings,
  file: string,
  say: (line: string) => void,
): Promise<LegacyLoadTable> {
  const { dataFolder, masterSecret } = settings;
  const letGo = takeDataFolder(dataFolder);
  try {
    mustBeSameSecret(dataFolder, openVault(Buffer.from(masterSecret, 'hex'), systemRandom));
    const loaded: LoadedFile = { file, fileHash: await hashOf(file), reportFile: `${file}.report.csv` };
    const before = await foundBefore(settings, loaded.fileHash);
    const load = before?.finishedAt ? before : await loadWithoutIndexes(settings, loaded, say);
    say(`${load.rows} rows: ${load.loaded} records loaded, of them ${load.problems} problem records`);
    say(`${load.refused} rows were not loaded; what was left out and why: ${loaded.reportFile}`);
    return load;
  } finally {
    letGo();
  }
}

const databaseOf = ({ dataFolder }: ProvinceSettings): string => join(dataFolder, 'node.db');

function openDatabase(settings: ProvinceSettings): Store<ProvinceDb> {
  return openStore<ProvinceDb>(databaseOf(settings), { sliceMs: Infinity, writeCacheKib: WRITE_CACHE_KIB });
}

/** How far a load of this file came before; the database is that of this version afterwards. */
async function foundBefore(settings: ProvinceSettings, fileHash: string): Promise<LegacyLoadTable | undefined> {
  const store = openDatabase(settings);
  try {
    await migrate(store, migrations);
    return await findLoad(store.read, fileHash);
  } finally {
    await store.close();
  }
}

async function loadWithoutIndexes(
  settings: ProvinceSettings,
  loaded: LoadedFile,
  say: (line: string) => void,
): Promise<LegacyLoadTable> {
  dropLookupIndexes(databaseOf(settings));
  const store = openDatabase(settings);
  const secret = Buffer.from(settings.masterSecret, 'hex');
  const region = provinces.find(({ code }) => code === `${settings.province}0000`);
  const loading: Loading = {
    store,
    clock: systemClock,
    ids: idsFrom(systemClock, systemRandom),
    provinceName: must(region, `province ${settings.province}`).name,
    batches: (reading) => batchesInThread(secret, reading),
    rowsPerBatch: ROWS_PER_BATCH,
  };
  let told = 0;
  try {
    return await loadFile(loading, loaded, ({ rows }) => {
      if (rows < told + ROWS_PER_LINE) return;
      told = rows;
      say(`${rows} rows …`);
    });
  } finally {
    await store.close();
    makeLookupIndexes(databaseOf(settings));
  }
}
