import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Chance comes in through the context. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** Uniform in [0, 1). For jitter, never for secrets. */
  fraction(): number;
}

/** Drawn at once: a few bytes from the operating system cost as much as all of these, and every id and nonce wants a few. */
const POOL_BYTES = 4_096;
let pool = Buffer.alloc(0);
let poolUsed = 0;

/** Bytes that nobody has been given before, copied out of the pool. */
function drawn(length: number): Buffer {
  if (length > POOL_BYTES) return randomBytes(length);
  if (poolUsed + length > pool.length) {
    pool = randomBytes(POOL_BYTES);
    poolUsed = 0;
  }
  const bytes = Buffer.from(pool.subarray(poolUsed, poolUsed + length));
  poolUsed += length;
  return bytes;
}

export const systemRandom: Random = {
  bytes: drawn,
  fraction: () => drawn(4).readUInt32BE() / 2 ** 32,
};

export interface Ids {
  /** A UUIDv7 (RFC 9562): sorts by time of making, 74 random bits. */
  next(): string;
}

/** UUIDv7 from the injected clock and chance; never goes back within one source, even when the clock does. */
export function idsFrom(clock: Clock, random: Random): Ids {
  let lastMs = 0;
  let counter = 0;
  return {
    next() {
      const nowMs = clock.now();
      if (nowMs > lastMs) {
        lastMs = nowMs;
        counter = 0;
      } else if (++counter > 0xfff) {
        lastMs++;
        counter = 0;
      }
      const hex = Buffer.from(random.bytes(8)).toString('hex');
      const time = lastMs.toString(16).padStart(12, '0');
      const variant = ((parseInt(hex[0]!, 16) & 0x3) | 0x8).toString(16);
      return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${hex.slice(1, 4)}-${hex.slice(4)}`;
    },
  };
}

/** mulberry32 spread over bytes: a repeatable source for simulation, tests and demo data. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const u32 = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    bytes: (length) => Uint8Array.from({ length }, () => u32() & 0xff),
    fraction: () => u32() / 2 ** 32,
  };
}
