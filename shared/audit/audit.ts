import { createHash } from 'node:crypto';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import type { AuditEntryTable, AuditTables } from './table.ts';

export type NewAuditEntry = Omit<AuditEntryTable, 'position' | 'previousHash' | 'hash'>;

/** What stands before the first entry. */
export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

/**
 * Appends one entry to the chain, in the decision of what it tells. Decisions are serialised, so no two take one
 * position.
 */
export async function appendAudit(tx: AnyTx, entry: NewAuditEntry): Promise<void> {
  const db = tablesOf<AuditTables>(tx);
  const last = await db
    .selectFrom('audit_entry')
    .select(['position', 'hash'])
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  await db.insertInto('audit_entry').values(sealedAfter(last, entry)).execute();
}

/** The entry as it stands in the log after `last`, or as the first of all. */
export function sealedAfter(
  last: Pick<AuditEntryTable, 'position' | 'hash'> | undefined,
  entry: NewAuditEntry,
): AuditEntryTable {
  const unsealed = {
    ...entry,
    position: (last?.position ?? 0) + 1,
    previousHash: last?.hash ?? FIRST_PREVIOUS_HASH,
  };
  return { ...unsealed, hash: hashOf(unsealed) };
}

/** SHA-256 over the fields as a JSON array: no two entries share one text. */
function hashOf(entry: Omit<AuditEntryTable, 'hash'>): string {
  const { previousHash, position, at, account, orgId, orgPath, action, title, subject, summary, requestId, ip } = entry;
  const fields = [previousHash, position, at, account, orgId, orgPath, action, title, subject, summary, requestId, ip];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}

export interface AuditVerdict {
  entries: number;
  /** Hash of the last entry: written down elsewhere, it proves that nothing was cut off the end. */
  head: string;
  /** Position and kind of the first fault; null when the chain is whole. */
  firstBroken: { position: number; reason: 'missing' | 'changed' | 'not-linked' } | null;
}

const ENTRIES_PER_READ = 5_000;

/** Reads the whole chain and checks every hash. About 200,000 entries a second; memory for one batch. */
export async function verifyAudit(db: AnyDb): Promise<AuditVerdict> {
  let entries = 0;
  let head = FIRST_PREVIOUS_HASH;
  for (;;) {
    const rows = await tablesOf<AuditTables>(db)
      .selectFrom('audit_entry')
      .selectAll()
      .where('position', '>', entries)
      .orderBy('position')
      .limit(ENTRIES_PER_READ)
      .execute();
    for (const row of rows) {
      const broken = (reason: 'missing' | 'changed' | 'not-linked'): AuditVerdict => ({
        entries,
        head,
        firstBroken: { position: entries + 1, reason },
      });
      if (row.position !== entries + 1) return broken('missing');
      if (row.previousHash !== head) return broken('not-linked');
      if (hashOf(row) !== row.hash) return broken('changed');
      entries = row.position;
      head = row.hash;
    }
    if (rows.length < ENTRIES_PER_READ) return { entries, head, firstBroken: null };
  }
}
