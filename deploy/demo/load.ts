import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { saveNewClaims, sortedByFingerprint, takeClaimNumbers } from '../../central/claim/table.ts';
import { migrations as hubMigrations } from '../../central/migrations/index.ts';
import { recordOf } from '../../central/national-index/business.ts';
import { saveNewerRecords, isFormal, takeFormalNumbers } from '../../central/national-index/table.ts';
import { claimOfRecord } from '../../central/problem-record/record-claim.ts';
import type { HubDb } from '../../central/schema.ts';
import { meetingKeys } from '../../central/suspect/look.ts';
import { addKeys, dueWhereShared } from '../../central/suspect/table.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { maskIdNumber } from '../../contracts/people/names.ts';
import { migrations as provinceMigrations } from '../../province-node/migrations/index.ts';
import { fingerprintOf, identityKeyOf } from '../../province-node/registration/form.ts';
import type { ProvinceDb } from '../../province-node/schema.ts';
import { insertStudents, takeTemporarySerial } from '../../province-node/student/table.ts';
import type { StudentTable } from '../../province-node/student/table.ts';
import { must } from '../../shared/assert.ts';
import { migrate } from '../../shared/db/migrate.ts';
import type { Migration } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';
import type { Tx } from '../../shared/db/store.ts';
import { insertOrgs } from '../../shared/org/table.ts';
import { systemRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import { countEarlier, earlierPupils, schoolsOf } from './earlier.ts';
import type { EarlierPupil, Serials } from './earlier.ts';
import { demoOrgs, demoProvinces } from './orgs.ts';
import type { DemoProvince } from './orgs.ts';

/**
 * `node dist/deploy/demo/load.js FOLDER`: the pupils of earlier years as they would be in the files of a hub and its provinces that
 * have run for years, before any of them runs. The hub's file and those of the provinces are made beside one another, each in
 * one transaction with its indexes sorted at the end.
 */
export async function loadEarlierPupils(folder: string): Promise<void> {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  await Promise.all([
    inProcess(part, ['hub']),
    inProcess(
      part,
      demoProvinces.map(({ code }) => code),
    ),
  ]);
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
}

async function inProcess(folder: string, parts: readonly string[]): Promise<void> {
  const [code] = (await once(fork(import.meta.filename, [folder, ...parts]), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the pupils of ${parts.join()} could not be made: exit ${code}`);
}

/** Of each province: its schools, and the number of its first claim. */
const places = demoProvinces.map((demo, index) => {
  const before = demoProvinces.slice(0, index).map((one) => countEarlier(schoolsOf(one)));
  return { demo, schools: schoolsOf(demo), firstClaimNo: 1 + before.reduce((all, count) => all + count, 0) };
});
export type Place = Omit<(typeof places)[number], 'demo'> & { demo: DemoProvince };

/** Pupils whose rows are made before they are written. */
const PUPILS_PER_SLICE = 2_000;
const WRITE_CACHE_KIB = 512 * 1024;

export async function loadProvince(folder: string, { demo, schools, firstClaimNo }: Place): Promise<void> {
  const serials: Serials = new Map();
  await inOneDecision<ProvinceDb>(folder, provinceMigrations, ['student'], async (tx, vault) => {
    await insertOrgs(tx, demoOrgs(demo));
    for (const slice of slicesOf(earlierPupils(schools, firstClaimNo, serials))) {
      const records = slice.map((pupil) => ({
        student: studentOf(vault, pupil),
        form: vault.seal(JSON.stringify(pupil.form)),
      }));
      await insertStudents(tx, records);
    }
    for (const [series, last] of serials) {
      const [regionCode, birthDate, sex] = series.split(' ') as [string, string, string];
      await takeTemporarySerial(tx, { regionCode, birthDate, sex }, () => last);
    }
  });
}

/** Claims and summaries as the provinces have told them; whoever shares a key with another is compared by the hub's own job. */
export async function loadHub(folder: string, provinces: readonly Place[]): Promise<void> {
  await inOneDecision<HubDb>(folder, hubMigrations, ['national_record', 'suspect_key'], async (tx, vault) => {
    await takeClaimNumbers(tx, countEarlier(provinces.flatMap(({ schools }) => schools)));
    for (const { demo, schools, firstClaimNo } of provinces)
      for (const slice of slicesOf(earlierPupils(schools, firstClaimNo)))
        await saveTold(tx, vault, `p-${demo.code as '37'}`, slice);
    await dueWhereShared(tx);
  });
}

async function saveTold(tx: Tx<HubDb>, vault: Vault, from: NodeId, pupils: readonly EarlierPupil[]): Promise<void> {
  const records = pupils.map((pupil) => recordOf(vault, summaryOf(pupil), from));
  const claims = pupils.map(({ claimNo, at: since }, index) => {
    const record = must(records[index], 'a record');
    const fingerprint = must(record.identityFingerprint, 'an identity');
    return claimOfRecord({ ...record, category: 'resident', fingerprint, since }, claimNo);
  });
  await saveNewClaims(tx, sortedByFingerprint(claims));
  await takeFormalNumbers(
    tx,
    records.filter(({ studentNumber }) => isFormal(studentNumber)),
  );
  await saveNewerRecords(tx, records);
  const keys = pupils.flatMap(({ id: studentId, school, form }) => {
    const { name, sex, birthDate, idType, idNumber } = form;
    const known = { name, sex, birthDate, idType, idNumber, schoolId: school.id, countyId: school.regionCode };
    return meetingKeys(vault, known).map((key) => ({ key, studentId }));
  });
  await addKeys(tx, keys);
}

function summaryOf({ id, school, stage, cohort, changedAt, form, studentNumber, claimNo, ...pupil }: EarlierPupil) {
  const { name, sex, birthDate, idType } = form;
  return {
    studentId: id,
    version: 1,
    claimNo,
    studentNumber,
    name,
    sex,
    birthDate,
    idType,
    identityKey: identityKeyOf(form),
    schoolId: school.id,
    schoolName: school.name,
    stage,
    cohort,
    status: statusOf(pupil),
    problem: pupil.isMismatch,
    openBusiness: null,
    changedAt,
  };
}

function studentOf(
  vault: Vault,
  { id, school, stage, cohort, at, changedAt, form, studentNumber, claimNo, ...pupil }: EarlierPupil,
): StudentTable {
  const { name, sex, birthDate, idType, idNumber, classNo } = form;
  return {
    id,
    studentNumber,
    name,
    sex,
    birthDate,
    idType,
    idCategory: 'resident',
    idNumberMasked: maskIdNumber(idNumber),
    idFingerprint: fingerprintOf(vault, form),
    schoolId: school.id,
    stage,
    cohort,
    classNo,
    status: statusOf(pupil),
    problem: pupil.isMismatch ? 1 : 0,
    claimNo,
    version: 1,
    createdAt: at,
    changedAt,
  };
}

function statusOf(pupil: Pick<EarlierPupil, 'isSuspended' | 'isGraduate'>): 'suspended' | 'enrolled' | 'graduated' {
  if (pupil.isGraduate) return 'graduated';
  return pupil.isSuspended ? 'suspended' : 'enrolled';
}

function* slicesOf(pupils: Iterable<EarlierPupil>): Generator<EarlierPupil[]> {
  let slice: EarlierPupil[] = [];
  for (const pupil of pupils) {
    slice.push(pupil);
    if (slice.length < PUPILS_PER_SLICE) continue;
    yield slice;
    slice = [];
  }
  yield slice;
}

/** A new node's file and its secret; what is sorted more quickly at the end than written all over is made anew. */
async function inOneDecision<Db>(
  folder: string,
  migrations: readonly Migration[],
  tables: readonly string[],
  work: (tx: Tx<Db>, vault: Vault) => Promise<void>,
): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secret = randomBytes(32).toString('hex');
  writeFileSync(join(folder, 'master-secret'), secret, { mode: 0o600 });
  const store = openStore<Db>(join(folder, 'node.db'), { sliceMs: Infinity, writeCacheKib: WRITE_CACHE_KIB });
  try {
    await migrate(store, migrations);
    await store.decide(async (tx) => {
      const later = await dropIndexes(tx, tables);
      await work(tx, openVault(Buffer.from(secret, 'hex'), systemRandom));
      for (const statement of later) await sql.raw(statement).execute(tx);
    });
  } finally {
    await store.close();
  }
}

/** Answers the statements that make them again: of indexes that are not unique, and of triggers, which mark what has changed. */
async function dropIndexes<Db>(tx: Kysely<Db>, tables: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ type: string; name: string; sql: string }>`
    select type, name, sql from sqlite_schema where tbl_name in (${sql.join(tables)}) and type in ('index', 'trigger')
      and sql is not null and sql not like 'create unique%'`.execute(tx);
  for (const { type, name } of rows) await sql.raw(`drop ${type} "${name}"`).execute(tx);
  return rows.map((row) => row.sql);
}

if (process.argv[1] === import.meta.filename) {
  const [folder, ...parts] = process.argv.slice(2);
  if (!folder) throw new Error('load.js FOLDER');
  if (parts.length === 0) await loadEarlierPupils(folder);
  for (const part of parts) {
    const place = places.find(({ demo }) => demo.code === part);
    if (place) await loadProvince(join(folder, `p-${part}`), place);
    else await loadHub(join(folder, 'hub'), places);
  }
}
