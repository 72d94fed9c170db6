import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { openCheckpoints } from './checkpoint.ts';
import { openHandle } from './sqlite.ts';

test('a long WAL is written back into the database file beside the thread, and what was committed stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xueji-checkpoint-'));
  const file = join(folder, 'node.db');
  const handle = openHandle(file, false);
  const checkpoints = openCheckpoints(handle);
  handle.exec('create table piece (bytes blob)');
  const insert = handle.prepare('insert into piece values (zeroblob(1000000))');
  for (let piece = 0; piece < 70; piece++) insert.run();
  const before = statSync(file).size;
  for (let commit = 0; commit < 4; commit++) checkpoints.look();
  expect(checkpoints.pause()).toBeUndefined();
  insert.run();
  await vi.waitFor(async () => {
    const lastPages = checkpoints.pause();
    expect(lastPages).toBeDefined();
    await lastPages;
  }, 20_000);
  await checkpoints.close();
  expect(handle.pragma('wal_checkpoint(NOOP)')).toMatchObject([{ busy: 0 }]);
  const wal = statSync(`${file}-wal`).size;
  insert.run();
  expect(statSync(`${file}-wal`).size).toBe(wal);
  expect(before).toBeLessThan(1_000_000);
  expect(statSync(file).size).toBeGreaterThan(70_000_000);
  handle.close();
  const again = new Database(file, { readonly: true });
  expect(again.prepare('select count(*) as pieces from piece').get()).toEqual({ pieces: 72 });
  again.close();
  rmSync(folder, { recursive: true });
}, 30_000);
