import { Counter, Gauge } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../http/metrics.ts';
import type { Messaging } from './messaging.ts';
import type { MessagingStatus, PeerStatus } from './status.ts';

interface Measure {
  name: string;
  help: string;
  labels?: readonly string[];
  of(peer: PeerStatus, nowMs: number): ReadonlyArray<readonly [labels: Record<string, string>, value: number]>;
}

const secondsSince = (at: string | undefined, nowMs: number): number =>
  at === undefined ? 0 : Math.max(0, nowMs - Date.parse(at)) / 1_000;

/** By peer, as the database has it: the same after a restart. A peer is a node's id, of which there are few. */
const measures: readonly Measure[] = [
  {
    name: 'xueji_outbox_messages',
    help: 'Messages to the peer without a receipt: waiting for a number, or sent',
    labels: ['state'],
    of: ({ waiting, unacknowledged }) => [
      [{ state: 'waiting' }, waiting],
      [{ state: 'unreceipted' }, unacknowledged],
    ],
  },
  {
    name: 'xueji_outbox_oldest_seconds',
    help: 'Age of the oldest message to the peer without a receipt; 0 when there is none',
    of: ({ oldestUnacknowledgedAt }, nowMs) => [[{}, secondsSince(oldestUnacknowledgedAt, nowMs)]],
  },
  {
    name: 'xueji_messages_sent',
    help: 'Messages to the peer in the log',
    of: ({ sent }) => [[{}, sent]],
  },
  {
    name: 'xueji_messages_received',
    help: 'Messages from the peer in the log, by what became of them',
    labels: ['outcome'],
    of: ({ received, refused, parked, dead }) => [
      [{ outcome: 'applied' }, received - refused - parked - dead],
      [{ outcome: 'refused' }, refused],
      [{ outcome: 'parked' }, parked],
      [{ outcome: 'dead' }, dead],
    ],
  },
  {
    name: 'xueji_link_open',
    help: '1: both sides agree where the streams stand',
    of: ({ open }) => [[{}, open ? 1 : 0]],
  },
  {
    name: 'xueji_link_quarantined',
    help: '1: nothing more is taken from the peer until an operator decides',
    of: ({ quarantined }) => [[{}, quarantined === undefined ? 0 : 1]],
  },
  {
    name: 'xueji_link_heard_seconds',
    help: 'Time since the peer was heard; absent while it never was',
    of: ({ lastHeardAt }, nowMs) => (lastHeardAt === undefined ? [] : [[{}, secondsSince(lastHeardAt, nowMs)]]),
  },
];

/** What `/metrics` tells of messaging. Asked once for all measures of a scrape. */
export function collectMessagingMetrics(
  { registry }: Metrics,
  messaging: Pick<Messaging<never>, 'status'>,
  clock: Clock,
): void {
  let asked: Promise<MessagingStatus | undefined> | undefined;
  // A database that does not answer takes only its own measures away: `/ready` says so.
  const status = (): Promise<MessagingStatus | undefined> =>
    (asked ??= messaging
      .status()
      .catch(() => undefined)
      .finally(() => {
        asked = undefined;
      }));
  const registers = [registry];
  for (const { name, help, labels = [], of } of measures) {
    new Gauge({
      name,
      help,
      labelNames: ['peer', ...labels],
      registers,
      async collect() {
        const known = await status();
        this.reset();
        for (const peer of known?.peers ?? [])
          for (const [labelled, value] of of(peer, clock.now())) this.set({ peer: peer.peer, ...labelled }, value);
      },
    });
  }
  new Gauge({
    name: 'xueji_link_alarms',
    help: 'Alarms that no operator has settled',
    registers,
    async collect() {
      const known = await status();
      this.reset();
      if (known) this.set(known.unhandledAlarms);
    },
  });
  new Counter({
    name: 'xueji_link_refusals_total',
    help: 'What came from the link and was not taken, since the start',
    labelNames: ['reason'],
    registers,
    async collect() {
      const known = await status();
      this.reset();
      for (const [reason, count] of Object.entries(known?.refusals ?? {})) this.inc({ reason }, count);
    },
  });
}
