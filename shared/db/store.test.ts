import { copyFileSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { afterCommit, attempt, beforeCommit, collected } from './decision.ts';
import { openStore } from './store.ts';
import type { Store, Tx } from './store.ts';

interface Db {
  line: { text: string };
}

describe('decisions', () => {
  let store: Store<Db>;
  let commits: number;
  beforeEach(async () => {
    commits = 0;
    const failpoint = (point: string): void => void (point === 'after-commit' && commits++);
    store = openStore<Db>(join(mkdtempSync(join(tmpdir(), 'xueji-store-')), 'node.db'), { failpoint });
    await store.decide((tx) => sql`create table line (text text not null unique) strict`.execute(tx));
    commits = 0;
  });
  afterEach(() => store.close());

  const write = (tx: Tx<Db>, text: string) => tx.insertInto('line').values({ text }).execute();
  const lines = async () => (await store.read.selectFrom('line').select('text').execute()).map((row) => row.text);

  test('that wait at the same time share a commit, in the order in which they were asked for', async () => {
    const texts = Array.from({ length: 20 }, (_, number) => `${number}`);
    await Promise.all(texts.map((text) => store.decide((tx) => write(tx, text))));
    expect(await lines()).toEqual(texts);
    expect(commits).toBeLessThan(texts.length);
  });

  test('that fail undo themselves alone, and their callers alone are told', async () => {
    const done: string[] = [];
    const decide = (text: string, fails = false) =>
      store.decide(async (tx) => {
        await write(tx, text);
        afterCommit(tx, () => done.push(text));
        if (fails) throw new Error(`no ${text}`);
        return text;
      });
    const results = await Promise.allSettled([decide('a'), decide('b', true), decide('a'), decide('c')]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(await lines()).toEqual(['a', 'c']);
    expect(done).toEqual(['a', 'c']);
  });

  test('asked to be last are followed by none in the same commit', async () => {
    let known = 'before';
    const seen: string[] = [];
    await Promise.all([
      store.decide(async (tx) => afterCommit(tx, () => (known = 'after')), { last: true }),
      store.decide(async () => void seen.push(known)),
    ]);
    expect(seen).toEqual(['after']);
  });

  test('are not told before they are durable', async () => {
    const first = store.decide((tx) => write(tx, 'a'));
    const second = store.decide((tx) => write(tx, 'b'));
    await first;
    expect(await lines()).toContain('a');
    await second;
  });

  test('flush together what they collected, without what failed, and before one that is to be last', async () => {
    const key = {};
    const flushed: string[][] = [];
    const decide = (text: string, { fails = false, last = false } = {}) =>
      store.decide(
        async (tx) => {
          if (last) flushed.push(['last begins']);
          collected<string>(tx, key).push(text);
          beforeCommit(tx, key, async () => void flushed.push(collected<string>(tx, key).splice(0)));
          if (fails) throw new Error(`no ${text}`);
        },
        { last },
      );
    await Promise.allSettled([decide('a'), decide('b', { fails: true }), decide('c'), decide('d', { last: true })]);
    expect(flushed).toEqual([['a', 'c'], ['last begins'], ['d']]);
    expect(commits).toBe(1);
  });

  test('fail together when what they collected cannot be written', async () => {
    const key = {};
    const decide = (text: string) =>
      store.decide(async (tx) => {
        await write(tx, text);
        beforeCommit(tx, key, () => Promise.reject(new Error('cannot be written')));
      });
    const results = await Promise.allSettled([decide('a'), decide('b')]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(await lines()).toEqual([]);
    await store.decide((tx) => write(tx, 'c'));
    expect(await lines()).toEqual(['c']);
  });

  test('begun while others end are not forgotten', async () => {
    for (let round = 0; round < 50; round++) await store.decide((tx) => write(tx, `${round}`));
    expect(await lines()).toHaveLength(50);
  });
});

test('a WAL of its full size from the start holds what was written, also after a crash', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'xueji-store-')), 'node.db');
  const first = openStore<Db>(file);
  await first.decide((tx) => sql`create table line (text text not null unique) strict`.execute(tx));
  await first.decide((tx) => tx.insertInto('line').values({ text: 'before' }).execute());
  copyFileSync(file, `${file}.crashed`);
  copyFileSync(`${file}-wal`, `${file}.crashed-wal`);
  await first.close();
  const store = openStore<Db>(`${file}.crashed`, { reserveWal: true });
  const size = statSync(`${file}.crashed-wal`).size;
  expect(size).toBeGreaterThan(60_000_000);
  for (const text of ['a', 'b', 'c']) await store.decide((tx) => tx.insertInto('line').values({ text }).execute());
  expect(statSync(`${file}.crashed-wal`).size).toBe(size);
  copyFileSync(`${file}.crashed`, `${file}.again`);
  copyFileSync(`${file}.crashed-wal`, `${file}.again-wal`);
  await store.close();
  const again = openStore<Db>(`${file}.again`);
  const rows = await again.read.selectFrom('line').select('text').orderBy('text').execute();
  expect(rows.map(({ text }) => text)).toEqual(['a', 'b', 'before', 'c']);
  await again.close();
});

describe('an attempt inside a decision', () => {
  test('that fails takes back what it wrote, collected and registered, and nothing else', async () => {
    const store = openStore<Db>(join(mkdtempSync(join(tmpdir(), 'xueji-store-')), 'node.db'));
    await store.decide((tx) => sql`create table line (text text not null unique) strict`.execute(tx));
    const key = {};
    const flushed: string[] = [];
    const told: string[] = [];
    const act = async (tx: Tx<Db>, text: string): Promise<void> => {
      await tx.insertInto('line').values({ text }).execute();
      collected<string>(tx, key).push(text);
      beforeCommit(tx, text, async () => void flushed.push(text, ...collected<string>(tx, key)));
      afterCommit(tx, () => told.push(text));
    };
    await store.decide(async (tx) => {
      await act(tx, 'kept');
      const failing = attempt(tx, async () => {
        await act(tx, 'undone');
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
    });
    const rows = await store.read.selectFrom('line').select('text').execute();
    expect(rows).toEqual([{ text: 'kept' }]);
    expect(flushed).toEqual(['kept', 'kept']);
    expect(told).toEqual(['kept']);
    await store.close();
  });
});

test('many short decisions in a row let the event loop turn, as one long one does', async () => {
  const store = openStore<Db>(join(mkdtempSync(join(tmpdir(), 'xueji-store-')), 'node.db'));
  await store.decide((tx) => sql`create table line (text text not null unique) strict`.execute(tx));
  let turns = 0;
  let over = false;
  const count = (): void => {
    turns++;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  const startedMs = performance.now();
  for (let number = 0; performance.now() - startedMs < 200; number++)
    await store.decide((tx) =>
      tx
        .insertInto('line')
        .values({ text: `${number}` })
        .execute(),
    );
  over = true;
  expect(turns).toBeGreaterThan(5);
  await store.close();
});
