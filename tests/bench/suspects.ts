import { isListed, likenessOf } from '../../contracts/people/likeness.ts';
import { labelledPupils, pairsByKey, slips, strangers } from '../world/labelled-pupils.ts';
import type { LabelledPupil } from '../world/labelled-pupils.ts';
import { openTestHub, noRegistry } from '../world/hub.ts';
import { lookForSuspects } from '../../central/suspect/look.ts';
import { takeSummaries } from '../../central/national-index/business.ts';
import { systemClock } from '../../shared/clock.ts';
import { inSlices } from '../../shared/slices.ts';
import { rounded } from './figure.ts';
import type { Measured } from './figure.ts';
import { describeMachine } from './machine.ts';
import type { BenchOptions } from './main.ts';

const ROWS = 50_000;
const SEED = 20_261_126;
const PER_MESSAGE = 1_000;

/** What the test of the rules demands of a smaller set. */
const PRECISION_MIN = 0.95;
const RECALL_MIN = 0.95;
/** The last tenth may take at most so many times what the first takes for a record: the cost is a record's, not the index's. */
const GROWTH_MAX = 2;

/**
 * Suspected duplicates: precision and recall of the rules on a generated, labelled set, by slip and by stranger, and how long the
 * hub takes to compare the summaries of as many records as they come in.
 */
export async function benchSuspects({ rows = ROWS }: BenchOptions): Promise<Measured> {
  const machine = describeMachine();
  const pupils = labelledPupils(SEED, rows);
  const found = judged(pupils);
  const pace = await paceOfHub(pupils);
  const goal = { limit: 1, limitName: 'all' } as const;
  return {
    figures: [
      { figure: 'suspects.precision', value: found.precision, unit: '', ...goal, goal: `>= ${PRECISION_MIN}` as const },
      { figure: 'suspects.recall', value: found.recall, unit: '', ...goal, goal: `>= ${RECALL_MIN}` as const },
      {
        figure: 'suspects.lastTenth',
        value: pace.last,
        unit: 'ms/record',
        limit: pace.first,
        limitName: 'the first tenth',
        goal: `<= ${GROWTH_MAX}` as const,
      },
    ],
    notes: [machine, ...found.notes, `${rounded(1_000 / pace.mean)} records compared a second`],
  };
}

function judged(pupils: readonly LabelledPupil[]): { precision: number; recall: number; notes: string[] } {
  const { all, pairs, sameSound } = pairsByKey(pupils);
  const listed = pairs.filter(([a, b]) => isListed(likenessOf(all[a]!, all[b]!, sameSound[a]!)));
  const right = listed.filter(([a, b]) => pupils[a]!.pupil === pupils[b]!.pupil);
  const there = pupils.length - new Set(pupils.map(({ pupil }) => pupil)).size;
  const share = (made: string, of: readonly (readonly [number, number])[]): string =>
    `${of.filter(([, b]) => pupils[b]!.made === made).length} of ${pupils.filter((one) => one.made === made).length}`;
  const wrong = listed.filter((pair) => !right.includes(pair));
  return {
    precision: right.length / listed.length,
    recall: right.length / there,
    notes: [
      `found: ${slips.map((slip) => `${slip} ${share(slip, right)}`).join(', ')}`,
      `strangers listed: ${strangers.map((kind) => `${kind} ${share(kind, wrong)}`).join(', ')}`,
      `${pairs.length.toLocaleString('en')} pairs compared of ${pupils.length.toLocaleString('en')} records`,
    ],
  };
}

async function paceOfHub(pupils: readonly LabelledPupil[]): Promise<{ first: number; last: number; mean: number }> {
  const world = await openTestHub(systemClock, noRegistry);
  const times: number[] = [];
  let index = 0;
  try {
    for (const slice of inSlices(pupils, PER_MESSAGE)) {
      const items = slice.map((pupil) => summaryOf(pupil, index++));
      await world.store.decide((tx) => takeSummaries(world.hub, tx, items, { from: 'p-37' }));
      const startedMs = performance.now();
      await lookForSuspects(world.hub);
      // The last one may be a few only, whose cost is that of a decision.
      if (slice.length === PER_MESSAGE) times.push((performance.now() - startedMs) / PER_MESSAGE);
    }
  } finally {
    await world.close();
  }
  const tenth = Math.max(1, Math.floor(times.length / 10));
  const mean = (of: readonly number[]): number => of.reduce((sum, time) => sum + time, 0) / of.length;
  return { first: mean(times.slice(0, tenth)), last: mean(times.slice(-tenth)), mean: mean(times) };
}

function summaryOf({ name, sex, birthDate, idType, idNumber, schoolId }: LabelledPupil, index: number) {
  const key = idType === '1' ? `resident:${idNumber}` : `hmt-foreign:${idType}:${idNumber}`;
  return {
    name,
    sex,
    birthDate,
    idType,
    schoolId,
    schoolName: schoolId,
    studentNumber: `L${index}`,
    studentId: `s${String(index).padStart(8, '0')}`,
    version: 1,
    claimNo: null,
    openBusiness: null,
    problem: false,
    stage: 'primary' as const,
    cohort: 2020,
    status: 'enrolled' as const,
    changedAt: '2026-09-01T02:00:00.000Z',
    identityKey: idNumber === '' ? null : key,
  };
}
