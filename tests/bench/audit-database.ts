import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrations } from '../../central/migrations/index.ts';
import type { HubDb } from '../../central/schema.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { provinces } from '../../contracts/regions/regions.ts';
import { dumpSchema, migrate } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';

const PREFIX = 'xueji-bench-audit-';
const PUPILS_PER_SCHOOL = 1_000;
/** One record in so many has moved between provinces, and has a row of who holds it. */
const MOVED_ONE_IN = 50;

export const auditedProvinces = provinces.slice(0, 32).map(({ code }): NodeId => `p-${code.slice(0, 2)}`);
/** A claim without a record, a record without a claim, and two records of one document. */
export const PLANTED = 3;

/** A hub's database with `rows` records that fit their claims, and a few planted differences; made once per schema. */
export async function databaseToAudit(rows: number, fresh: boolean): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'xueji-bench-empty-'));
  try {
    const empty = join(folder, 'node.db');
    const store = openStore<HubDb>(empty);
    await migrate(store, migrations);
    const schema = createHash('sha256')
      .update(await dumpSchema(store.read))
      .digest('hex')
      .slice(0, 12);
    await store.close();
    const kept = join(tmpdir(), `${PREFIX}${schema}-${rows}.db`);
    const all = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX));
    const stale = all.filter((name) => fresh || !name.startsWith(`${PREFIX}${schema}-`));
    for (const name of stale) rmSync(join(tmpdir(), name));
    if (!existsSync(kept)) {
      console.error(`making ${rows.toLocaleString('en')} records (once; kept as ${kept}) …`);
      load(empty, rows);
      renameSync(empty, kept);
    }
    return kept;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Pupils of all provinces mixed, as they register: ids and claim numbers rise together, documents are anywhere, neighbours in
 * a school registered at any time. Each table in the order of its key, without triggers, the indexes sorted afterwards.
 */
function load(file: string, rows: number): void {
  const db = new Database(file);
  // Out of WAL first: from there it does not change to OFF.
  for (const pragma of ['journal_mode = DELETE', 'journal_mode = OFF', 'synchronous = OFF', 'cache_size = -1000000'])
    db.pragma(pragma);
  db.pragma('temp_store = MEMORY');
  const tables = `('national_record', 'identity_claim')`;
  const later = db
    .prepare<[], { type: string; name: string; sql: string }>(
      `select type, name, sql from sqlite_schema where tbl_name in ${tables} and type in ('index', 'trigger') and sql is not null`,
    )
    .all();
  const schools = Math.max(Math.ceil(rows / auditedProvinces.length / PUPILS_PER_SCHOOL), 1);
  db.exec(`begin; ${later.map(({ type, name }) => `drop ${type} ${name};`).join(' ')}
    create temp table place (n integer primary key, province text);`);
  for (const [n, province] of auditedProvinces.entries())
    db.prepare('insert into place values (?, ?)').run(n, province);
  const digits = `substr(place.province, 3)`;
  const school = `'21' || ${digits} || printf('%06d', (i / ${auditedProvinces.length} * 7919) % ${schools})`;
  db.exec(`with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${rows}),
      drawn(i, r) as (select i, lower(hex(randomblob(10))) from n)
    insert into national_record ("studentId", version, "claimNo", province, "studentNumber", name, sex, "birthDate",
      "idType", "identitySealed", "identityFingerprint", "schoolId", "schoolName", stage, cohort, status, problem, "changedAt")
    select '019a' || printf('%08x', i) || '-' || r, 1, i + 1, place.province,
      'G' || ${digits} || '0102' || printf('%012d', i), '张三', '1', '2015-01-01', '1', zeroblob(60), randomblob(16),
      ${school}, '实验小学', 'primary', 2022, 'enrolled', 0, '2026-09-01T00:00:00.000Z'
    from drawn cross join place on place.n = i % ${auditedProvinces.length};
    insert into identity_claim ("claimNo", fingerprint, category, province, "studentId", application, "schoolId",
      "schoolName", "maskedName", at, "studentNumber")
    select "claimNo", "identityFingerprint", 1, province, "studentId", "studentId", "schoolId", "schoolName", '张*',
      1756684800000, "studentNumber" from national_record order by "studentId";
    insert into record_holder ("studentId", province, epoch, version)
    select "studentId", province, 1, 1 from national_record where "claimNo" % ${MOVED_ONE_IN} = 1 order by "studentId";
    delete from identity_claim where "claimNo" = 11;
    create temp table planted as select "claimNo", "studentId", "identityFingerprint" from national_record
      where "claimNo" in (12, 13, 17);
    update national_record set "claimNo" = null, "identityFingerprint" = null, "identitySealed" = null
      where "studentId" = (select "studentId" from planted where "claimNo" = 17);
    update national_record set "identityFingerprint" = (select "identityFingerprint" from planted where "claimNo" = 12)
      where "studentId" = (select "studentId" from planted where "claimNo" = 13);`);
  for (const { sql } of later) db.exec(sql);
  db.exec('commit');
  db.pragma('journal_mode = WAL');
  db.close();
}
