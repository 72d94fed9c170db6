import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openFileStore } from '../../shared/files.ts';
import { systemRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import { BENCH_SECRET } from '../bench/node-settings.ts';
import { checkAgreement, unfinished } from '../simulation/check-convergence.ts';
import { checkHandOvers } from '../simulation/check-transfers.ts';
import type { ObservedNode, ReadableNode } from '../simulation/observed-node.ts';
import { holds } from '../simulation/violation.ts';
import { databaseOf, provinceIds } from '../bench/federation.ts';
import type { RunningId } from '../bench/federation.ts';
import type { Promised } from './load.ts';

/** What is said of both sides' databases while anything may be down. They are closed again: a reader would spare SQLite its recovery. */
async function looking<T>(
  folder: string,
  work: (hub: ObservedNode, provinces: ReadableNode[]) => T | Promise<T>,
): Promise<T> {
  const open = (id: RunningId) => ({ id, db: new Database(databaseOf(folder, id), { readonly: true }) });
  const vault = openVault(Buffer.from(BENCH_SECRET, 'hex'), systemRandom);
  const hub = open('hub');
  const provinces = provinceIds.map((id) => ({
    ...open(id),
    running: { context: { vault, files: openFileStore(join(folder, id, 'files'), vault) } },
  }));
  try {
    return await work(hub, provinces);
  } finally {
    for (const { db } of [hub, ...provinces]) db.close();
  }
}

/** I02 at any instant: no record may be written at two provinces. */
export function checkWriters(folder: string): Promise<void> {
  return looking(folder, (_hub, provinces) => {
    const active = `select id from student where custody = 'active'`;
    const [one, other] = provinces.map(({ db }) => db.prepare<[], string>(active).pluck().all()) as [
      string[],
      string[],
    ];
    const there = new Set(other);
    // The two were not read in the same instant: a record may have moved in between.
    const still = provinces.map(({ db }) => db.prepare<[string], string>(`${active} and id = ?`).pluck());
    const twice = one.filter((id) => there.has(id) && still.every((statement) => statement.get(id) !== undefined));
    holds(twice.length === 0, 'I02', () => `${twice.join()} may be written at two provinces`);
  });
}

/** What is still under way; empty at rest. */
export function underWay(folder: string): Promise<string[]> {
  return looking(folder, (hub, provinces) => {
    const waiting = unfinished(hub, provinces);
    const count = ({ id, db }: ObservedNode, what: string, sql: string): void => {
      const n = db.prepare<[], number>(sql).pluck().get() ?? 0;
      if (n > 0) waiting.push(`${id}: ${n} ${what}`);
    };
    const reviews = `select count(*) from application where state = 'in-review' and blocked is null`;
    for (const node of [hub, ...provinces]) count(node, 'applications in review', reviews);
    return waiting;
  });
}

/** At rest: everything promised is there, both sides agree, every pupil has one home, and the signed logs are whole. */
export function checkAtRest(folder: string, promised: Promised): Promise<Record<string, number>> {
  return looking(folder, async (hub, provinces) => {
    for (const { node, id, rows } of promised.files) {
      const { db } = provinces.find((province) => province.id === node)!;
      const there = db.prepare('select count(*) from registration where importId = ?').pluck().get(id);
      holds(there === rows, 'I20', () => `${node}: of file ${id} with ${rows} pupils ${String(there)} are registered`);
    }
    const isClosed = hub.db.prepare('select state from transfer where id = ?').pluck();
    for (const id of promised.transfers) {
      const state = isClosed.get(id);
      holds(state === 'closed' || state === 'failed', 'I20', () => `transfer ${id} is ${String(state)}`);
    }
    checkAgreement(hub, provinces);
    await checkHandOvers(hub, provinces, () => false);
    for (const { id } of [hub, ...provinces]) {
      const verify = join(import.meta.dirname, '..', '..', 'deploy', 'verify-log.js');
      const { status, stdout } = spawnSync(process.execPath, [verify, '--data', join(folder, id)], {
        encoding: 'utf8',
      });
      holds(status === 0, 'I11', () => `${id}: ${stdout}`);
    }
    const counted = (node: ObservedNode, sql: string): number => Number(node.db.prepare(sql).pluck().get());
    return {
      'pupils with a record': counted(hub, 'select count(*) from national_record'),
      'claims held': counted(hub, 'select count(*) from identity_claim where "studentNumber" is not null'),
      'transfers closed': counted(hub, `select count(*) from transfer where state = 'closed'`),
      'transfers failed': counted(hub, `select count(*) from transfer where state = 'failed'`),
    };
  });
}
