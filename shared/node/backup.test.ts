import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  closeSync,
  copyFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import { openStore } from '../db/store.ts';
import { Note } from '../../tests/world/link-world.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { saveNodeKeys } from '../signing/node-keys.ts';
import { BackupManifest, takeBackup, verifyBackup } from './backup.ts';

/** The province’s orgs and handlers, that these were all, and three notes. */
const MESSAGES = 6;
const TAKEN_AT = '2026-09-01T00:00:00.000Z';

let world: World;
let dataFolder: string;
let backups: string;
beforeAll(async () => {
  world = await openWorld(['37']);
  dataFolder = world.dataFolder('hub');
  saveNodeKeys(join(dataFolder, 'keys.json'), world.hubKeys);
  await world.signIn('jyb001');
  const { context } = world.province('37');
  for (const text of ['one', 'two', 'three'])
    await context.store.decide(async (tx) => context.outbox.queue(tx, 'hub', Note, { text }));
  await eventually(
    () => world.hub.messaging.status(),
    ({ peers }) => peers[0]!.received === MESSAGES,
  );
}, 60_000);
afterAll(() => world.stop());
beforeEach(() => {
  backups = mkdtempSync(join(tmpdir(), 'xueji-backups-'));
  return () => rmSync(backups, { recursive: true });
});

const take = async (): Promise<string> => {
  const file = join(backups, 'hub.db');
  await takeBackup(dataFolder, file, TAKEN_AT);
  return file;
};

/** As somebody would who wants it to look whole. */
function hashAnew(file: string): void {
  const manifest = BackupManifest.parse(JSON.parse(readFileSync(`${file}.json`, 'utf8')));
  const bytes = readFileSync(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(`${file}.json`, JSON.stringify({ ...manifest, bytes: bytes.length, sha256 }));
}

describe('a backup of a running node', () => {
  test('is one file that nobody else may read, with a manifest, and verifies', async () => {
    const file = await take();
    expect(readdirSync(backups).toSorted()).toEqual(['hub.db', 'hub.db.json']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const manifest = BackupManifest.parse(JSON.parse(readFileSync(`${file}.json`, 'utf8')));
    expect(manifest).toMatchObject({
      node: 'hub',
      incarnation: 1,
      takenAt: TAKEN_AT,
      messageLog: { entries: MESSAGES },
    });
    expect(manifest.streams).toContainEqual({
      direction: 'received',
      peer: 'p-37',
      incarnation: 1,
      lastSequence: MESSAGES,
    });
    expect(manifest.secretFingerprint).toBe(readFileSync(join(dataFolder, 'secret-fingerprint'), 'utf8'));
    expect(await verifyBackup(file)).toEqual([]);
    // Looking leaves nothing beside it.
    expect(readdirSync(backups).toSorted()).toEqual(['hub.db', 'hub.db.json']);
  });

  test('has what was committed and is still in the log of SQLite only', async () => {
    await world.hub.context.store.decide((tx) => sql`create table just_now (x integer) strict`.execute(tx));
    const file = await take();
    const store = openStore<never>(file);
    expect((await sql`select * from just_now`.execute(store.read)).rows).toEqual([]);
    await store.close();
    await world.hub.context.store.decide((tx) => sql`drop table just_now`.execute(tx));
  });

  test('does not hold up, and is not held up by, decisions of the node', async () => {
    let decided = 0;
    let going = true;
    const work = (async () => {
      while (going) {
        await world.hub.context.store.decide((tx) =>
          sql`update link_peer set "logPosition" = "logPosition" + 1`.execute(tx),
        );
        decided++;
      }
    })();
    const file = await take();
    going = false;
    await work;
    expect(decided).toBeGreaterThan(0);
    expect(await verifyBackup(file)).toEqual([]);
  });

  test('never overwrites one', async () => {
    const file = await take();
    await expect(takeBackup(dataFolder, file, TAKEN_AT)).rejects.toThrow('is there already');
    expect(await verifyBackup(file)).toEqual([]);
  });

  test('is not made of nothing', async () => {
    await expect(takeBackup(backups, join(backups, 'x.db'), TAKEN_AT)).rejects.toThrow('no node.db');
    expect(readdirSync(backups)).toEqual([]);
  });
});

describe('a backup that is not whole is told:', () => {
  test('one byte changed, or the end cut off', async () => {
    const file = await take();
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.from([0xff]), 0, 1, 5_000);
    closeSync(handle);
    expect(await verifyBackup(file)).toEqual(['the file is not the one that was hashed (sha256)']);
    writeFileSync(file, readFileSync(file).subarray(0, 8_192));
    expect((await verifyBackup(file))[0]).toMatch(/has 8192 bytes/);
  });

  test('a message changed, or taken off the end, and the hash made to fit', async () => {
    const file = await take();
    const change = async (name: string, statement: string): Promise<string[]> => {
      const forged = join(backups, name);
      copyFileSync(file, forged);
      copyFileSync(`${file}.json`, `${forged}.json`);
      const store = openStore<never>(forged);
      await store.decide((tx) => sql.raw(statement).execute(tx));
      await store.close();
      hashAnew(forged);
      return verifyBackup(forged);
    };
    expect(await change('changed.db', "update message_log set kind = 'identity.claim' where position = 2")).toEqual([
      'message log: broken at entry 2: 登记的栏目与消息内容不符',
    ]);
    expect((await change('cut.db', 'delete from message_log where position = 3'))[0]).toContain(
      'message log: broken at entry 3',
    );
  });

  test('another backup under its name', async () => {
    const file = await take();
    const other = join(backups, 'other.db');
    await world.signIn('jyb001');
    await takeBackup(dataFolder, other, TAKEN_AT);
    copyFileSync(other, file);
    hashAnew(file);
    expect(await verifyBackup(file)).toEqual([expect.stringContaining('audit log: ends at entry')]);
  });
});

test('a restored copy opens as the database of a node', async () => {
  const file = await take();
  const folder = join(backups, 'restored');
  mkdirSync(folder);
  copyFileSync(file, join(folder, 'node.db'));
  const store = openStore<never>(join(folder, 'node.db'));
  expect((await sql`pragma journal_mode`.execute(store.read)).rows).toEqual([{ journal_mode: 'wal' }]);
  await store.close();
});

test('as a command, in a process of its own', async () => {
  const file = join(backups, 'hub.db');
  const run = async (...args: string[]): Promise<[number, string]> => {
    const program = spawn(process.execPath, [
      '--import',
      'tsx',
      join(import.meta.dirname, '../../deploy/backup.ts'),
      ...args,
    ]);
    let said = '';
    program.stdout.on('data', (text) => (said += text));
    program.stderr.on('data', (text) => (said += text));
    const [code] = (await once(program, 'close')) as [number];
    return [code, said];
  };
  expect(await run('--data', dataFolder, '--to', file)).toEqual([
    0,
    expect.stringContaining(`message log: ${MESSAGES} entries`),
  ]);
  expect(await run('--verify', file)).toEqual([0, `${file}: whole\n`]);
  writeFileSync(file, 'x');
  expect((await run('--verify', file))[0]).toBe(1);
}, 60_000);
