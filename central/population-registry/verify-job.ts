import { IdentityVerified } from '../../contracts/claim.ts';
import type { Verification } from '../../contracts/claim.ts';
import type { Hub } from '../context.ts';
import { QUERIES_PER_CALL_MAX, RegistryUnreachable } from './population-registry-client.ts';
import type { RegistryResult } from './population-registry-client.ts';
import { listDueVerifications } from './table.ts';
import type { PendingVerification, Waiting } from './table.ts';

/** Calls in the air at once. */
export const CALLS_AT_ONCE_MAX = 4;
/** Rows looked at in one round; single claims are one row each and share calls. */
const ROWS_PER_ROUND_MAX = 500;
/** First and longest wait after a failed attempt, milliseconds; doubled each time, then halved at random at most (jitter). */
const RETRY_FIRST_MS = 2_000;
const RETRY_MS_MAX = 300_000;

const verificationOf: Record<RegistryResult, Verification> = {
  match: 'verified',
  'name-mismatch': 'name-mismatch',
  'not-found': 'not-found',
};

interface Call {
  rows: PendingVerification[];
  waiting: Waiting[][];
}

/**
 * Job: verifies what is due (1.8), call by call until nothing is due. While the registry does not answer, the rows
 * stay, each province is told `registry-unreachable` once, and the final result follows when it comes.
 */
export async function verifyIdentities(hub: Hub): Promise<void> {
  for (;;) {
    const rows = await listDueVerifications(hub.store.read, hub.clock.now(), ROWS_PER_ROUND_MAX);
    if (rows.length === 0) return;
    const calls = packCalls(hub, rows);
    for (let from = 0; from < calls.length; from += CALLS_AT_ONCE_MAX) {
      await Promise.all(calls.slice(from, from + CALLS_AT_ONCE_MAX).map((call) => verifyCall(hub, call)));
    }
  }
}

/** Rows together up to the size of a call, in their order. */
function packCalls(hub: Hub, rows: readonly PendingVerification[]): Call[] {
  const calls: Call[] = [];
  let items = QUERIES_PER_CALL_MAX;
  for (const row of rows) {
    items += row.items;
    if (items > QUERIES_PER_CALL_MAX) {
      calls.push({ rows: [], waiting: [] });
      items = row.items;
    }
    const call = calls.at(-1);
    call?.rows.push(row);
    call?.waiting.push(JSON.parse(hub.vault.open(row.sealed)) as Waiting[]);
  }
  return calls;
}

async function verifyCall(hub: Hub, call: Call): Promise<void> {
  try {
    const results = await hub.populationRegistry.verify(
      call.waiting.flat().map(({ idNumber, name }) => ({ idNumber, name })),
    );
    await answer(hub, call, results);
  } catch (error) {
    if (!(error instanceof RegistryUnreachable)) throw error;
    hub.log.warn({ reason: error.message, items: call.waiting.flat().length }, 'identities stay unverified for now');
    await postpone(hub, call, error.retryAfterMs);
  }
}

/** Tells the results and forgets the identities, in one decision. */
async function answer(hub: Hub, call: Call, results: readonly RegistryResult[]): Promise<void> {
  await hub.store.decide(async (tx) => {
    let position = 0;
    for (const [index, row] of call.rows.entries()) {
      for (const { application, mark } of call.waiting[index] ?? []) {
        const result = results[position++];
        if (!result) continue;
        hub.outbox.queue(tx, row.province, IdentityVerified, {
          application,
          mark,
          verification: verificationOf[result],
        });
      }
    }
    await tx
      .deleteFrom('verification')
      .where(
        'verificationNo',
        'in',
        call.rows.map((row) => row.verificationNo),
      )
      .execute();
  });
}

/** Back off; while the circuit is open, until it lets a call try: after an outage nobody waits longer than that. */
async function postpone(hub: Hub, call: Call, retryAfterMs: number | undefined): Promise<void> {
  await hub.store.decide(async (tx) => {
    for (const [index, row] of call.rows.entries()) {
      const backoffMs = Math.min(RETRY_FIRST_MS * 2 ** row.attempts, RETRY_MS_MAX);
      const waitMs = retryAfterMs ?? backoffMs * (0.5 + hub.random.fraction() / 2);
      await tx
        .updateTable('verification')
        .set({ attempts: row.attempts + 1, nextAttemptAt: Math.ceil(hub.clock.now() + waitMs), told: 1 })
        .where('verificationNo', '=', row.verificationNo)
        .execute();
      if (row.told === 1) continue;
      for (const { application, mark } of call.waiting[index] ?? []) {
        hub.outbox.queue(tx, row.province, IdentityVerified, {
          application,
          mark,
          verification: 'registry-unreachable',
        });
      }
    }
  });
}
