import type { Random } from '../../shared/random.ts';
import { seededRandom } from '../../shared/random.ts';

/** Draws from one seed. */
export interface Chance extends Random {
  /** An integer in [low, high]. */
  between(low: number, high: number): number;
  /** True in this share of the draws. */
  happens(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** Exponentially distributed, for waiting times. */
  waiting(mean: number): number;
  /** A source of its own: what one draws does not shift the draws of another. */
  fork(name: string): Chance;
}

export function chanceOf(seed: number): Chance {
  const random = seededRandom(mix(seed));
  const chance: Chance = {
    ...random,
    between: (low, high) => low + Math.floor(random.fraction() * (high - low + 1)),
    happens: (share) => random.fraction() < share,
    pick: (items) => items[Math.floor(random.fraction() * items.length)]!,
    waiting: (mean) => -mean * Math.log(1 - random.fraction()),
    fork: (name) => chanceOf(mix(seed) ^ hashOf(name)),
  };
  return chance;
}

/** Neighbouring seeds would otherwise give neighbouring streams. */
function mix(seed: number): number {
  let mixed = (seed ^ 0x9e3779b9) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0;
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hashOf(name: string): number {
  let hash = 2166136261;
  for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0)!, 16777619);
  return hash >>> 0;
}
