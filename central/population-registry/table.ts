import type { Generated, Kysely, Selectable } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import { insertRows } from '../../shared/db/bulk.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { QUERIES_PER_CALL_MAX } from './population-registry-client.ts';

/**
 * Identities that wait for the population registry: one row is what one province asked in one message, at most as many
 * as one call takes. A row is deleted with the decision that answers it, so that no identity stays here.
 */
export interface VerificationTable {
  verificationNo: Generated<number>;
  province: NodeId;
  /** How many wait in this row. */
  items: number;
  /** The vault's seal over JSON of `Waiting[]`. */
  sealed: Uint8Array;
  /** Failed attempts so far. */
  attempts: number;
  nextAttemptAt: number;
  /** 1 once the province has been told that the registry is unreachable. */
  told: number;
}

export type PendingVerification = Selectable<VerificationTable>;

export interface VerificationTables {
  verification: VerificationTable;
}

/** One identity that waits. */
export interface Waiting {
  application: string;
  idNumber: string;
  name: string;
  mark?: string | undefined;
}

const verificationColumns = ['province', 'items', 'sealed', 'attempts', 'nextAttemptAt', 'told'] as const;

/** Has the granted resident ids verified, in the decision that grants them. */
export async function awaitVerification(
  hub: Hub,
  tx: Tx<HubDb>,
  province: NodeId,
  identities: ReadonlyArray<Omit<Waiting, 'idNumber'> & { identityKey: string }>,
): Promise<void> {
  for (let from = 0; from < identities.length; from += QUERIES_PER_CALL_MAX) {
    const waiting = identities
      .slice(from, from + QUERIES_PER_CALL_MAX)
      .map(({ application, identityKey, name, mark }): Waiting => {
        return { application, idNumber: numberOf(identityKey), name, mark };
      });
    const sealed = hub.vault.seal(JSON.stringify(waiting));
    const row = [province, waiting.length, sealed, 0, hub.clock.now(), 0];
    await insertRows(tx, 'verification', verificationColumns, [row]);
  }
}

/** The rows whose turn has come, oldest first. */
export async function listDueVerifications(
  db: Kysely<HubDb>,
  nowMs: number,
  max: number,
): Promise<PendingVerification[]> {
  return db
    .selectFrom('verification')
    .selectAll()
    .where('nextAttemptAt', '<=', nowMs)
    .orderBy('nextAttemptAt')
    .orderBy('verificationNo')
    .limit(max)
    .execute();
}

/** How many identities wait now. */
export async function countWaiting(db: Kysely<HubDb>): Promise<number> {
  const { waiting } = await db
    .selectFrom('verification')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('items'), eb.lit(0)).as('waiting'))
    .executeTakeFirstOrThrow();
  return Number(waiting);
}

/** `resident:370102…` → `370102…`: the registry knows numbers, not our keys. */
function numberOf(identityKey: string): string {
  return identityKey.slice(identityKey.lastIndexOf(':') + 1);
}
