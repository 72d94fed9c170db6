import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from './assert.ts';
import { assertNotDeciding } from './db/store.ts';
import type { Vault } from './signing/vault.ts';

/** Files beside the database, sealed like everything personal. Names are ours (ids), never a user's. */
export interface FileStore {
  /** Durable when it returns: the bytes and the directory entry are synced. A row may then refer to it. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  get(name: string): Promise<Uint8Array>;
  /** Nothing happens when it is already gone. */
  remove(name: string): Promise<void>;
}

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
      await writeSynced(`${path}.part`, vault.sealBytes(bytes));
      await rename(`${path}.part`, path);
      await syncDirectory(directory);
    },
    get: async (name) => vault.openBytes(await readFile(pathOf(name))),
    remove: (name) => rm(pathOf(name), { force: true }),
  };
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
