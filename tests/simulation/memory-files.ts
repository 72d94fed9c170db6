import { Problem } from '../../contracts/core/problems.ts';
import { assertNotDeciding } from '../../shared/db/decision.ts';
import type { FileStore } from '../../shared/files.ts';

/** The files of one node over all of its boots: durable when they are put, as on a synced disk, and no thread is asked. */
export function openMemoryFiles(): FileStore {
  const files = new Map<string, Uint8Array>();
  return {
    async put(name, bytes) {
      assertNotDeciding('a file write');
      files.set(name, Uint8Array.from(bytes));
    },
    async get(name) {
      const found = files.get(name);
      if (!found) throw new Problem('file-unreadable', '文件已不在服务器上，请重新上传');
      return found;
    },
    async remove(name) {
      files.delete(name);
    },
    list: async (prefix) => [...files.keys()].filter((name) => name.startsWith(prefix)),
  };
}
