import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrations } from '../../central/migrations/index.ts';
import type { HubDb } from '../../central/schema.ts';
import { dumpSchema, migrate } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';

const PREFIX = 'xueji-bench-claims-';

/**
 * A hub's database file that holds `rows` claims already, made once per schema and kept in the temporary folder: the
 * table in the order of its key, the unique index sorted afterwards.
 */
export async function databaseWithClaims(rows: number, fresh: boolean): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'xueji-bench-empty-'));
  const empty = join(folder, 'node.db');
  const store = openStore<HubDb>(empty);
  await migrate(store, migrations);
  const schema = createHash('sha256')
    .update(await dumpSchema(store.read))
    .digest('hex')
    .slice(0, 12);
  await store.close();
  const kept = join(tmpdir(), `${PREFIX}${schema}-${rows}.db`);
  const stale = readdirSync(tmpdir()).filter(
    (name) => name.startsWith(PREFIX) && !name.startsWith(`${PREFIX}${schema}-`),
  );
  for (const name of stale) rmSync(join(tmpdir(), name));
  if (fresh) rmSync(kept, { force: true });
  if (!existsSync(kept)) {
    console.error(`loading ${rows.toLocaleString('en')} claims (once; kept as ${kept}) …`);
    load(empty, rows);
    renameSync(empty, kept);
  }
  rmSync(folder, { recursive: true });
  return kept;
}

function load(file: string, rows: number): void {
  const db = new Database(file);
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -1000000');
  db.pragma('temp_store = MEMORY');
  const index = `select sql from sqlite_schema where name = 'identity_claim_fingerprint'`;
  const { sql } = db.prepare<[], { sql: string }>(index).get()!;
  const uuid = `lower(substr(r, 1, 8) || '-' || substr(r, 9, 4) || '-7' || substr(r, 14, 3) || '-8' || substr(r, 18, 3) || '-' || substr(r, 21, 12))`;
  db.exec(`begin;
    drop index identity_claim_fingerprint;
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows}),
      drawn(i, r) as (select i, hex(randomblob(16)) from n)
    insert into identity_claim (claimNo, fingerprint, category, province, studentId, application, schoolId, schoolName,
      maskedName, at, studentNumber)
    select i, randomblob(16), 1, 'p-44', ${uuid}, lower(hex(randomblob(18))), '2144000003', '越秀区实验小学', '王*明',
      1756684800000 + i, 'G' || printf('%018d', i) from drawn;
    update claim_counter set lastClaimNo = ${rows};
    ${sql};
    commit;`);
  db.pragma('journal_mode = WAL');
  db.close();
}

/** A copy that is on the disk already, so that writing it out does not disturb what is measured. */
export function copyDatabase(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  const file = openSync(to, 'r+');
  fsyncSync(file);
  closeSync(file);
}
