import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DEMO_PASSWORD, demoAccounts } from '../../../deploy/demo/accounts.ts';
import { migrations } from '../../../province-node/migrations/index.ts';
import type { ProvinceDb } from '../../../province-node/schema.ts';
import { hashPassword } from '../../../shared/account/password.ts';
import { createAccount } from '../../../shared/account/table.ts';
import { isoTime, systemClock } from '../../../shared/clock.ts';
import { dumpSchema, migrate } from '../../../shared/db/migrate.ts';
import { openStore } from '../../../shared/db/store.ts';
import { insertOrgs } from '../../../shared/org/table.ts';
import { systemRandom } from '../../../shared/random.ts';
import { openVault } from '../../../shared/signing/vault.ts';
import { logActs } from './audit.ts';
import { enrolEarlier } from './earlier-pupils.ts';
import { largeProvinceOrgs } from './orgs.ts';
import { registerThisAutumn } from './registrations.ts';
import { risingIds } from './writing.ts';

/** How large a province of so many pupils is otherwise. */
export function sizesOf(pupils: number) {
  return {
    pupils,
    schools: Math.ceil(pupils / 1_000),
    underWay: Math.round(pupils * 0.04),
    registered: Math.round(pupils * 0.06),
    waitingForLargeCounty: Math.round(pupils * 0.001),
    auditEntries: Math.round(pupils * 0.4),
  };
}
export type Sizes = ReturnType<typeof sizesOf>;

const PREFIX = 'xueji-bench-province-';

/**
 * A province's database file with so many pupils, made once per schema and kept in the temporary folder. Answers its place
 * and how long it took to make, 0 when it was there.
 */
export async function largeProvince(
  sizes: Sizes,
  masterSecret: string,
  fresh: boolean,
): Promise<{ file: string; madeSeconds: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'xueji-bench-empty-'));
  const empty = join(folder, 'node.db');
  try {
    const ofSchema = `${PREFIX}${await beginEmpty(empty, sizes)}-`;
    const kept = join(tmpdir(), `${ofSchema}${sizes.pupils}.db`);
    const stale = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX) && !name.startsWith(ofSchema));
    for (const name of stale) rmSync(join(tmpdir(), name));
    if (fresh) rmSync(kept, { force: true });
    if (existsSync(kept)) return { file: kept, madeSeconds: 0 };
    console.error(`making ${sizes.pupils.toLocaleString('en')} pupils (once; kept as ${kept}) …`);
    const startedMs = performance.now();
    fill(empty, sizes, masterSecret);
    renameSync(empty, kept);
    return { file: kept, madeSeconds: (performance.now() - startedMs) / 1_000 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Tables, orgs and accounts; answers the hash of the schema. */
async function beginEmpty(file: string, { schools: count }: Sizes): Promise<string> {
  const store = openStore<ProvinceDb>(file);
  await migrate(store, migrations);
  const { bureaus, schools } = largeProvinceOrgs(count);
  const orgs = [...bureaus, ...schools];
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  await store.decide(async (tx) => {
    await insertOrgs(tx, orgs);
    const now = isoTime(systemClock.now());
    for (const account of demoAccounts(orgs))
      await createAccount(tx, { ...account, passwordHash, mustChangePassword: false }, now);
  });
  const schema = await dumpSchema(store.read);
  await store.close();
  return createHash('sha256').update(schema).digest('hex').slice(0, 12);
}

/** The rows in the order of their keys, without the other indexes, which are sorted afterwards. */
function fill(file: string, sizes: Sizes, masterSecret: string): void {
  const db = new Database(file);
  // In memory the journal keeps nothing of pages that are new; OFF is what the driver refuses.
  for (const pragma of ['journal_mode = MEMORY', 'synchronous = OFF', 'foreign_keys = OFF', 'cache_size = -1000000'])
    db.pragma(pragma);
  db.pragma('temp_store = MEMORY');
  db.pragma('threads = 2');
  const tables = ['student', 'registration', 'application', 'audit_entry'].map((name) => `'${name}'`).join(', ');
  const indexes = db
    .prepare<[], { name: string; sql: string }>(
      `select name, sql from sqlite_schema where type = 'index' and sql is not null and tbl_name in (${tables})`,
    )
    .all();
  const vault = openVault(Buffer.from(masterSecret, 'hex'), systemRandom);
  const orgs = largeProvinceOrgs(sizes.schools);
  const nextId = risingIds();
  const nowMs = systemClock.now();
  const phases: Record<string, () => void> = {
    begin: () => db.exec(`begin; ${indexes.map(({ name }) => `drop index "${name}"`).join('; ')}`),
    pupils: () => enrolEarlier(db, nextId, orgs.schools, sizes.pupils - sizes.registered),
    registrations: () => registerThisAutumn(db, { vault, nextId, nowMs }, orgs, sizes),
    audit: () => logActs(db, [...orgs.bureaus, ...orgs.schools], sizes.auditEntries, nowMs),
    indexes: () => db.exec(`${indexes.map(({ sql }) => sql).join('; ')}; commit`),
  };
  for (const [name, work] of Object.entries(phases)) {
    const startedMs = performance.now();
    work();
    console.error(`  ${name}: ${Math.round((performance.now() - startedMs) / 1_000)} s`);
  }
  db.pragma('journal_mode = WAL');
  db.close();
}
