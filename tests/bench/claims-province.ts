import { join } from 'node:path';
import { sql } from 'kysely';
import type { z } from 'zod';
import { ClaimIdentity, IdentityClaimed } from '../../contracts/claim.ts';
import { identityKey } from '../../contracts/people/id-document.ts';
import { checkCharacter } from '../../contracts/people/number-text.ts';
import { must } from '../../shared/assert.ts';
import type { NodeContext } from '../../shared/context.ts';
import { insertRows } from '../../shared/db/bulk.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import { openStore } from '../../shared/db/store.ts';
import type { Store, Tx } from '../../shared/db/store.ts';
import { on } from '../../shared/messaging/handlers.ts';
import { openMessaging } from '../../shared/messaging/messaging.ts';
import type { Messaging } from '../../shared/messaging/messaging.ts';
import { addAlarmHandling, createMessagingTables, keepCauses } from '../../shared/messaging/tables.ts';
import type { MessagingTables } from '../../shared/messaging/tables.ts';
import { idsFrom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import { answerCommands } from './child.ts';
import { benchPorts, benchSettings } from './node-settings.ts';
import type { BenchNode } from './node-settings.ts';
import { openTrips, pace, paceInTurns } from './trips.ts';
import type { Pace } from './trips.ts';

/**
 * The province of the claims benchmark: production messaging on a production store, and beside it one table into which
 * the answers are applied. Registering whole pupils is the import benchmark's matter.
 */
interface BenchDb extends MessagingTables {
  answer: { application: string; result: string; claimNo: number | null };
}
type Context = NodeContext<BenchDb>;

interface Province {
  context: Context;
  store: Store<BenchDb>;
  messaging: Messaging<Context>;
}

let province: Province | undefined;
/** What waits for an application's answer: first to come, its signature verified, then to be applied for good. */
interface Waiting {
  answered(): void;
  applied(): void;
}
const waiting = new Map<string, Waiting>();
let identities = 0;

async function open(node: BenchNode & { hubFingerprint: string }): Promise<void> {
  const { clock, random, log, link, storeOptions } = await benchPorts(node);
  const { dataFolder, masterSecret } = benchSettings(node);
  const store = openStore<BenchDb>(join(dataFolder, 'node.db'), storeOptions);
  await store.decide(async (tx) => {
    await createMessagingTables(tx);
    await addAlarmHandling(tx);
    await keepCauses(tx);
    await sql`create table answer (application text primary key, result text not null, claimNo integer) strict`.execute(
      tx,
    );
  });
  const own = { node: node.keys.node, store, clock, random, ids: idsFrom(clock, random), log };
  const { keys, hubFingerprint } = node;
  const handlers = [on(IdentityClaimed, applyAnswers)];
  const messaging = openMessaging<Context, BenchDb>({ ...own, keys, link, handlers, name: '山东省', hubFingerprint });
  const context = { ...own, outbox: messaging.outbox, vault: openVault(Buffer.from(masterSecret, 'hex'), random) };
  province = { context, store, messaging };
  await messaging.start(context);
}

async function applyAnswers(
  _context: Context,
  tx: Tx<BenchDb>,
  items: ReadonlyArray<{ application: string; result: string; claimNo?: number | undefined }>,
): Promise<void> {
  const rows = items.map(({ application, result, claimNo }) => [application, result, claimNo ?? null]);
  for (const { application } of items) waiting.get(application)?.answered();
  await insertRows(tx, 'answer', ['application', 'result', 'claimNo'], rows);
  afterCommit(tx, () => {
    for (const { application } of items) {
      waiting.get(application)?.applied();
      waiting.delete(application);
    }
  });
}

/** The stream to the hub is open: from now on claims are numbered and sent at once. */
async function opened(): Promise<void> {
  for (;;) {
    const { peers } = await province!.messaging.status();
    if (peers.length > 0 && peers.every((peer) => peer.open)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

type Claims = ReadonlyArray<z.input<typeof ClaimIdentity.item>>;

/** `count` times `size` new identities; making them does not count, as making the rows of the raw limit does not. */
function makeClaims(count: number, size: number): Claims[] {
  const { ids } = must(province, 'open').context;
  const school = { schoolId: '2137000003', schoolName: '历下区实验小学' };
  const make = (): Claims[number] => {
    const made = { application: ids.next(), studentId: ids.next(), identityKey: nextIdentity() };
    return { ...made, category: 'resident', name: '王小明', ...school };
  };
  return Array.from({ length: count }, () => Array.from({ length: size }, make));
}

/** One decision that claims these; done when all their answers are applied here. Answers when the last came. */
async function claim(claims: Claims): Promise<number> {
  const { context, store } = must(province, 'open');
  let answeredAt = 0;
  const applied = new Promise<void>((resolve) => {
    let left = claims.length;
    const one: Waiting = {
      answered: () => (answeredAt = performance.now()),
      applied: () => void (--left === 0 && resolve()),
    };
    void store.decide(async (tx) => {
      for (const item of claims) {
        waiting.set(item.application, one);
        context.outbox.queue(tx, 'hub', ClaimIdentity, item);
      }
    });
  });
  await applied;
  return answeredAt;
}

/** A resident id that no other call answers: 1,000 a day of birth. */
function nextIdentity(): string {
  const serial = identities++;
  const born = new Date(Date.UTC(1990, 0, 1) + Math.floor(serial / 1_000) * 86_400_000).toISOString().slice(0, 10);
  const body = `370102${born.replaceAll('-', '')}${String(serial % 1_000).padStart(3, '0')}`;
  return must(identityKey('1', body + checkCharacter(body)), 'a valid number');
}

answerCommands(
  {
    open,
    opened,
    claims({ count, size, inFlight }: { count: number; size: number; inFlight: number }): Promise<Pace> {
      const made = makeClaims(count, size);
      return pace(count, inFlight, (index) => claim(made[index]!));
    },
    async trips({ url, count, inFlight }: { url: string; count: number; inFlight: number }): Promise<Pace> {
      const { trip, close } = await openTrips(url);
      const measured = await pace(count, inFlight, trip);
      await close();
      return measured;
    },
    async inTurns({ url, count }: { url: string; count: number }): Promise<Pace[]> {
      const { trip, close } = await openTrips(url);
      const made = makeClaims(count, 1);
      const measured = await paceInTurns(count, [trip, (index) => claim(made[index]!)]);
      await close();
      return measured;
    },
  },
  async () => {
    await province?.messaging.stop();
    await province?.store.close();
  },
);
