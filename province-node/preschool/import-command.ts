import { join } from 'node:path';
import { systemClock } from '../../shared/clock.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';
import { mustBeSameSecret, takeDataFolder } from '../../shared/node/data-folder.ts';
import { systemRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import type { ProvinceSettings } from '../config.ts';
import { migrations } from '../migrations/index.ts';
import type { ProvinceDb } from '../schema.ts';
import { loadRecords } from './load-records.ts';
import type { LoadedRecords } from './load-records.ts';

/** Rows between two lines about how far it is. */
const ROWS_PER_LINE = 20_000;

/**
 * `npm run province -- import-preschool FILE --config FILE`, while the node does not run: loads preschool records and tells
 * in FILE.refused.csv which rows were refused.
 */
export async function importPreschool(
  { dataFolder, masterSecret }: ProvinceSettings,
  file: string,
  say: (line: string) => void,
): Promise<LoadedRecords> {
  const letGo = takeDataFolder(dataFolder);
  const store = openStore<ProvinceDb>(join(dataFolder, 'node.db'));
  try {
    await migrate(store, migrations);
    const vault = openVault(Buffer.from(masterSecret, 'hex'), systemRandom);
    mustBeSameSecret(dataFolder, vault);
    const reportFile = `${file}.refused.csv`;
    let told = 0;
    const sum = await loadRecords({ store, vault, clock: systemClock }, file, reportFile, ({ rows }) => {
      if (rows < told + ROWS_PER_LINE) return;
      told = rows;
      say(`${rows} rows …`);
    });
    say(`${sum.rows} rows: ${sum.loaded} records loaded, ${sum.refused} rows refused (${reportFile})`);
    if (sum.leftOut > 0) say(`${sum.leftOut} items of loaded records were left out, because they are not valid`);
    return sum;
  } finally {
    await store.close();
    letGo();
  }
}
