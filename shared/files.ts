import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../contracts/core/problems.ts';
import { assert } from './assert.ts';
import { assertNotDeciding } from './db/decision.ts';
import type { Vault } from './signing/vault.ts';

/** Files beside the database, sealed like everything personal. Names are ours (ids), never a user's. */
export interface FileStore {
  /** Durable when it returns: the bytes and the directory entry are synced. A row may then refer to it. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Problem `file-unreadable` when it is not there. */
  get(name: string): Promise<Uint8Array>;
  /** Nothing happens when it is already gone. */
  remove(name: string): Promise<void>;
  /** The names that begin so, also of files whose writing a crash cut off. */
  list(prefix: string): Promise<string[]>;
}

/** Ends the name of a file that is being written. */
const PART = '.part';
const safeName = /^[a-z0-9][a-z0-9-]{0,63}$/;

export function openFileStore(directory: string, vault: Vault): FileStore {
  const pathOf = (name: string): string => {
    assert(safeName.test(name), `file name ${name}`);
    return join(directory, name);
  };
  return {
    async put(name, bytes) {
      assertNotDeciding('a file write');
      await mkdir(directory, { recursive: true });
      const path = pathOf(name);
      await writeSynced(path + PART, vault.sealBytes(bytes));
      await rename(path + PART, path);
      await syncDirectory(directory);
    },
    get: async (name) => vault.openBytes(await readFile(pathOf(name)).catch(notThere)),
    async remove(name) {
      const path = pathOf(name);
      await Promise.all([path, `${path}${PART}`].map((one) => rm(one, { force: true })));
    },
    async list(prefix) {
      const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return [];
      });
      const whole = names.map((name) => name.replace(/\.part$/, ''));
      return [...new Set(whole)].filter((name) => name.startsWith(prefix));
    },
  };
}

function notThere(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ENOENT') throw error;
  throw new Problem('file-unreadable', '文件已不在服务器上，请重新上传');
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
