import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Vault } from '../signing/vault.ts';

/**
 * Makes the node's data folder this process's own: two programs on one database would each believe what it remembers.
 * A lock left by a process that no longer runs is taken over. Throws when another one runs; answers how to let go.
 */
export function takeDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = join(folder, 'lock');
  const owner = ownerOf(lock);
  if (owner !== undefined && owner !== process.pid && isRunning(owner))
    throw new Error(`${folder} is in use by process ${owner}: a node runs once`);
  writeFileSync(lock, `${process.pid} ${bootId()}`);
  return () => rmSync(lock, { force: true });
}

/** The process that took the folder since the machine started; numbers from before belong to nobody now. */
function ownerOf(lock: string): number | undefined {
  try {
    const [pid, boot] = readFileSync(lock, 'utf8').split(' ');
    return boot === bootId() ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Another master secret than the one the data was written with opens nothing, and worse: fingerprints would no longer
 * meet, and dedup would recognise nobody. The folder remembers a fingerprint of nothing in particular.
 */
export function mustBeSameSecret(folder: string, vault: Vault): void {
  const file = join(folder, 'secret-fingerprint');
  const mine = vault.fingerprint('which secret is this').toString('hex');
  if (!existsSync(file)) writeFileSync(file, mine, { mode: 0o600 });
  if (readFileSync(file, 'utf8') !== mine)
    throw new Error(`masterSecret is not the one that the data in ${folder} was written with`);
}
