import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { openVault } from '../signing/vault.ts';
import { mustBeSameSecret, takeDataFolder } from './data-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xueji-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('F28 a folder that another running process uses is refused, and taken over once it has ended', async () => {
  const other = spawn('sleep', ['30']);
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  writeFileSync(join(folder, 'lock'), `${other.pid} ${boot}`);
  expect(() => takeDataFolder(folder)).toThrow(`in use by process ${other.pid}`);
  other.kill();
  await once(other, 'exit');
  takeDataFolder(folder)();
});

test('a lock from before the machine started anew holds nobody up', () => {
  writeFileSync(join(folder, 'lock'), `${process.ppid} another-boot`);
  takeDataFolder(folder)();
});

test('a process takes its own folder again, as after a crash of its node in the simulation', () => {
  takeDataFolder(folder);
  takeDataFolder(folder)();
});

test('F41 a node does not start with another master secret than its data was written with', () => {
  const random = seededRandom(1);
  mustBeSameSecret(folder, openVault(Buffer.alloc(32, 1), random));
  mustBeSameSecret(folder, openVault(Buffer.alloc(32, 1), random));
  expect(() => mustBeSameSecret(folder, openVault(Buffer.alloc(32, 2), random))).toThrow('masterSecret');
});
