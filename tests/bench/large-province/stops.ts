import type { ClaimHolder } from '../../../contracts/claim.ts';
import type { IdCategory } from '../../../contracts/people/id-document.ts';
import type { RegistrationTable } from '../../../province-node/registration/table.ts';
import type { Random } from '../../../shared/random.ts';

/** How far a registration has come: whom it waits for, or how it ended. */
export type Stop =
  | 'checks'
  | 'dedup-failed'
  | 'school'
  | 'report'
  | 'managing'
  | 'city'
  | 'province'
  | 'returned'
  | 'ended'
  | 'registered';

/** Of those under way. A failed dedup stays for an hour only, so there are few. */
const shares: ReadonlyArray<readonly [Stop, number]> = [
  ['checks', 0.08],
  ['dedup-failed', 0.002],
  ['school', 0.2],
  ['report', 0.12],
  ['managing', 0.25],
  ['city', 0.1],
  ['province', 0.1],
  ['returned', 0.1],
  ['ended', 0.048],
];

export interface RegistrationsMade {
  /** Under way, returned, or ended without a record. */
  underWay: number;
  /** Done: the pupil has a number and a record. */
  registered: number;
  /** Of those under way, so many first-graders with a resident id wait for the large county, ready to be decided. */
  waitingForLargeCounty: number;
}

/** Draws where each registration stands. `mayWait`: it is of those that are counted for the large county. */
export function stopsOf(random: Random, made: RegistrationsMade): (category: IdCategory, mayWait: boolean) => Stop {
  const registered = made.registered / (made.registered + made.underWay);
  let left = made.waitingForLargeCounty;
  return (category, mayWait) => {
    if (random.fraction() < registered) return 'registered';
    if (mayWait && left > 0 && random.fraction() < LARGE_COUNTY_WAITING) {
      left--;
      return 'managing';
    }
    const stop = drawn(random);
    if (category === 'none') return stop === 'checks' || stop === 'dedup-failed' ? 'school' : stop;
    // Only what has no document goes on to the city and the province.
    const reached = stop === 'city' || stop === 'province' ? 'managing' : stop;
    return mayWait && reached === 'managing' ? 'report' : reached;
  };
}

/** More than the shares say, so that its number is reached. */
const LARGE_COUNTY_WAITING = 0.7;

function drawn(random: Random): Stop {
  let left = random.fraction();
  for (const [stop, share] of shares) if ((left -= share) < 0) return stop;
  return 'managing';
}

type Checks = Pick<RegistrationTable, 'checkState' | 'checkedAt' | 'claimNo' | 'holder' | 'verification'>;

const holder: ClaimHolder = {
  province: 'p-44',
  provinceName: '广东省',
  schoolName: '越秀区实验小学',
  maskedName: '王*明',
  since: '2025-09-01T01:00:00.000Z',
  state: 'held',
};
const MISMATCHED = 0.02;

/** 查重认证 of a registration that has come to `stop`, as the hub's answers leave it. */
export function checksAt(
  stop: Stop,
  category: IdCategory,
  checkedAt: string,
  random: Random,
  nextClaim: () => number,
): Checks {
  const none = { checkedAt: null, claimNo: null, holder: null, verification: null };
  if (category === 'none') return { ...none, checkState: 'not-needed' };
  if (stop === 'dedup-failed')
    return { ...none, checkState: 'dedup-failed', checkedAt, holder: JSON.stringify(holder) };
  const isMatch = random.fraction() >= MISMATCHED;
  if (stop === 'checks' && (category === 'hmt-foreign' || isMatch)) return { ...none, checkState: 'unchecked' };
  const granted = { ...none, checkedAt, claimNo: nextClaim() };
  if (stop === 'checks')
    return { ...granted, checkState: 'registry-unreachable', verification: 'registry-unreachable' };
  if (category === 'hmt-foreign') return { ...granted, checkState: 'passed' };
  if (isMatch) return { ...granted, checkState: 'passed', verification: 'verified' };
  return { ...granted, checkState: 'verification-failed', verification: 'name-mismatch' };
}
