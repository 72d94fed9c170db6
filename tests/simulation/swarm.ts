import type { Chance } from './chance.ts';
import type { NetworkFaults } from './network.ts';

/**
 * How rough one seed's world is. Drawn anew for each: some worlds lose every third packet and never crash, others crash
 * all the time on a good network. Rates in the middle for all would miss what only the extremes show.
 */
export interface Weather {
  provinces: number;
  /** Virtual time during which operators work and faults happen, milliseconds. */
  activeMs: number;
  network: NetworkFaults;
  /** Mean times between, milliseconds; Infinity for never. */
  crashEveryMs: number;
  restartEveryMs: number;
  partitionEveryMs: number;
  backupEveryMs: number;
  restoreEveryMs: number;
  /** Who is restored from backups. */
  restored: { provinces: boolean; hub: boolean };
  pauseEveryMs: number;
  clockStepEveryMs: number;
  registryOutageEveryMs: number;
  diskFullEveryMs: number;
  /** Chance of a crash each time an enabled failpoint is passed. */
  failpointShare: number;
  failpoints: ReadonlySet<string>;
  downMs: number;
  /** How often a delivery or an action follows on the last before the node is quiet. */
  bursts: number;
  operatorEveryMs: number;
  /** Of the handlers at the unified platform. */
  transferEveryMs: number;
  /** Of the registrars of a province at the records that there are, and of the arbitrators. */
  recordEveryMs: number;
  /** Of the registrars who take pupils in from other schools of their province. */
  inProvinceEveryMs: number;
  /** Share of the pupils whose identity another province registers too. */
  sharedIdentities: number;
}

export const failpointNames = [
  'outbox.before-write',
  'courier.before-send',
  'receive.before-commit',
  'receive.after-commit-before-receipt',
  'receipt.before-commit',
  'handshake.before-commit',
  'store.before-commit',
  'store.after-commit',
] as const;

export function drawWeather(chance: Chance): Weather {
  const often = (share: number, low: number, high: number): number =>
    chance.happens(share) ? low + chance.fraction() * (high - low) : Infinity;
  const rate = (share: number, max: number): number => (chance.happens(share) ? chance.fraction() * max : 0);
  const restores = chance.happens(0.3);
  const drawn = {
    provinces: chance.happens(0.3) ? 3 : 2,
    activeMs: chance.between(8_000, 26_000),
    network: {
      loss: rate(0.6, 0.3),
      copies: rate(0.6, 0.3),
      corruption: rate(0.3, 0.1),
      replays: rate(0.5, 0.3),
      stragglers: rate(0.5, 0.2),
      delayMs: chance.pick([2, 20, 200, 1_000]),
      longDelayMs: chance.pick([2_000, 20_000]),
      forgeries: rate(0.3, 0.2),
    },
    crashEveryMs: often(0.5, 3_000, 24_000),
    restartEveryMs: often(0.2, 7_000, 24_000),
    partitionEveryMs: often(0.5, 3_000, 15_000),
    backupEveryMs: restores ? 4_000 : Infinity,
    restoreEveryMs: restores ? chance.between(7_000, 21_000) : Infinity,
    pauseEveryMs: often(0.3, 6_000, 24_000),
    clockStepEveryMs: often(0.4, 4_000, 24_000),
    registryOutageEveryMs: often(0.4, 4_000, 24_000),
    diskFullEveryMs: often(0.15, 6_000, 24_000),
    failpointShare: chance.happens(0.7) ? chance.pick([0.003, 0.01, 0.03]) : 0,
    failpoints: new Set(failpointNames.filter(() => chance.happens(0.4))),
    downMs: chance.pick([200, 3_000, 15_000]),
    bursts: chance.pick([0, 0.2, 0.6]),
    operatorEveryMs: chance.pick([400, 800, 1_500]),
    sharedIdentities: chance.pick([0.1, 0.4, 0.8]),
  };
  const hub = chance.happens(0.12);
  const transfers = chance.fork('transfers');
  const transferEveryMs = transfers.happens(0.7) ? transfers.pick([150, 400, 1_000]) : Infinity;
  const records = chance.fork('records');
  const recordEveryMs = records.happens(0.5) ? records.pick([700, 1_500, 3_000]) : Infinity;
  const inside = chance.fork('transfers inside a province');
  const inProvinceEveryMs = inside.happens(0.4) ? inside.pick([400, 1_000, 2_500]) : Infinity;
  const people = { transferEveryMs, recordEveryMs, inProvinceEveryMs };
  if (!hub) return { ...drawn, ...people, restored: { provinces: restores, hub } };
  const restoreEveryMs = restores ? drawn.restoreEveryMs / 2 : chance.between(7_000, 21_000);
  return {
    ...drawn,
    ...people,
    backupEveryMs: 2_500,
    restoreEveryMs,
    restored: { provinces: restores, hub },
  };
}
