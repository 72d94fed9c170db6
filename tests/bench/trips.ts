import { connect } from 'nats';
import { percentile } from './figure.ts';

/** How many a second, and how long one took, in milliseconds. */
export interface Pace {
  perSecond: number;
  p50: number;
  p99: number;
  /** Until the moment that `work` answers, of `performance.now()`; where it answers none, as `p50`. */
  answeredP50: number;
}

type Work = (index: number) => Promise<number | undefined>;

/** Does `work` `count` times, `inFlight` at once. */
export async function pace(count: number, inFlight: number, work: Work): Promise<Pace> {
  const stopwatch = startStopwatch();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await stopwatch.time(work, next++);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return stopwatch.stop();
}

/** Each of `works` `count` times, one after the other in turns: each meets the machine as the others leave it. */
export async function paceInTurns(count: number, works: readonly Work[]): Promise<Pace[]> {
  const stopwatches = works.map(startStopwatch);
  for (let index = 0; index < count; index++)
    for (const [turn, work] of works.entries()) await stopwatches[turn]!.time(work, index);
  return stopwatches.map((stopwatch) => stopwatch.stop());
}

function startStopwatch() {
  const times: number[] = [];
  const answered: number[] = [];
  const startedMs = performance.now();
  return {
    async time(work: Work, index: number): Promise<void> {
      const beganMs = performance.now();
      const answeredAt = await work(index);
      const endedMs = performance.now();
      times.push(endedMs - beganMs);
      answered.push((answeredAt ?? endedMs) - beganMs);
    },
    stop(): Pace {
      return {
        perSecond: (times.length / (performance.now() - startedMs)) * 1_000,
        p50: percentile(times, 0.5),
        p99: percentile(times, 0.99),
        answeredP50: percentile(answered, 0.5),
      };
    },
  };
}

const SUBJECT = 'xueji.bench.echo';
const TRIP_BYTES = 1_024;

/** The other end of the bare round trips; answers what ends it. */
export async function echo(url: string): Promise<() => Promise<void>> {
  const connection = await connect({ servers: url });
  connection.subscribe(SUBJECT, { callback: (_error, message) => void message.respond(message.data) });
  await connection.flush();
  return () => connection.close();
}

/** The limit of single claims: bare NATS requests and replies of 1 KB over one connection, between the same two processes. */
export async function openTrips(url: string): Promise<{ trip: Work; close(): Promise<void> }> {
  const connection = await connect({ servers: url });
  const bytes = new Uint8Array(TRIP_BYTES).fill(65);
  return {
    async trip() {
      await connection.request(SUBJECT, bytes, { timeout: 10_000 });
      return undefined;
    },
    close: () => connection.close(),
  };
}
