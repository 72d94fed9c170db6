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

/** Does `work` `count` times, `inFlight` at once. */
export async function pace(
  count: number,
  inFlight: number,
  work: (index: number) => Promise<number | undefined>,
): Promise<Pace> {
  const times: number[] = [];
  const answered: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const startedMs = performance.now();
      const answeredAt = await work(index);
      const endedMs = performance.now();
      times.push(endedMs - startedMs);
      answered.push((answeredAt ?? endedMs) - startedMs);
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: inFlight }, lane));
  const perSecond = (count / (performance.now() - startedMs)) * 1_000;
  return {
    perSecond,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    answeredP50: percentile(answered, 0.5),
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
export async function natsTrips(url: string, count: number, inFlight: number): Promise<Pace> {
  const connection = await connect({ servers: url });
  const bytes = new Uint8Array(TRIP_BYTES).fill(65);
  const measured = await pace(count, inFlight, async () => {
    await connection.request(SUBJECT, bytes, { timeout: 10_000 });
    return undefined;
  });
  await connection.close();
  return measured;
}
