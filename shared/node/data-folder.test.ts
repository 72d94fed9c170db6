import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeDataFolder } from './data-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xueji-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('F28 a folder that another running process uses is refused, and taken over once it has ended', async () => {
  const other = spawn('sleep', ['30']);
  writeFileSync(join(folder, 'lock'), String(other.pid));
  expect(() => takeDataFolder(folder)).toThrow(`in use by process ${other.pid}`);
  other.kill();
  await once(other, 'exit');
  takeDataFolder(folder)();
});

test('a process takes its own folder again, as after a crash of its node in the simulation', () => {
  takeDataFolder(folder);
  takeDataFolder(folder)();
});
