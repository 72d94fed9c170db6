import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import { runSql } from '../../shared/db/bulk.ts';
import { breathe } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { inSlices } from '../../shared/slices.ts';
import type { HubDb } from '../schema.ts';

export type ToldTopic = 'org' | 'account' | 'chain-configuration';

/** What a province has told of, and in which telling last. */
export interface ToldTable {
  province: NodeId;
  topic: ToldTopic;
  key: string;
  telling: string;
}

export interface ToldTables {
  told: ToldTable;
}

export async function createToldTables(db: Kysely<any>): Promise<void> {
  await sql`create table told (
    province text not null, topic text not null, key text not null, telling text not null,
    primary key (province, topic, key)) strict, without rowid`.execute(db);
}

/** Prepared once: as many rows as there are people. */
export async function noteTold(
  tx: Tx<HubDb>,
  province: NodeId,
  topic: ToldTopic,
  items: Iterable<{ key: string; telling: string }>,
): Promise<void> {
  for (const { key, telling } of items) {
    await runSql(
      tx,
      `insert into told (province, topic, key, telling) values (?, ?, ?, ?)
        on conflict (province, topic, key) do update set telling = excluded.telling`,
      [province, topic, key, telling],
    );
    await breathe(tx);
  }
}

const KEYS_PER_DELETE = 5_000;

export async function forgetTold(
  tx: Tx<HubDb>,
  province: NodeId,
  topic: ToldTopic,
  keys: readonly string[],
): Promise<void> {
  for (const slice of inSlices(keys, KEYS_PER_DELETE))
    await tx
      .deleteFrom('told')
      .where('province', '=', province)
      .where('topic', '=', topic)
      .where('key', 'in', slice)
      .execute();
}

/** What the province has told of before this telling, and not in it. */
export async function notTold(tx: Tx<HubDb>, province: NodeId, topic: ToldTopic, telling: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('told')
    .select('key')
    .where('province', '=', province)
    .where('topic', '=', topic)
    .where('telling', '!=', telling)
    .execute();
  return rows.map(({ key }) => key);
}
