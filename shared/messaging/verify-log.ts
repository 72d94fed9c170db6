import type { NodeId } from '../../contracts/core/message.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { openDirectory, storedDirectory } from './directory.ts';
import type { Directory } from './directory.ts';
import { holds, openEnvelope, sha256 } from './envelope.ts';
import { parseBody } from './incoming.ts';
import { chain, NO_HASH_BYTES } from './log.ts';
import type { LogEntry } from './log.ts';
import { Refusal } from './refusal.ts';
import type { MessagingTables } from './tables.ts';

export interface LogVerdict {
  entries: number;
  /** Hex hash of the last good entry: written down elsewhere, it proves that nothing was cut off the end. */
  head: string;
  /** The first entry that does not hold, and why, in Chinese. */
  firstBroken: { position: number; reason: string } | null;
}

const ENTRIES_PER_READ = 500;

/**
 * Re-derives the whole log of `node` from the bytes that crossed the wire: positions without a gap, hashes that fit the
 * bytes, a chain that fits the hashes, columns that say what the signed body says, signatures of keys in the directory.
 */
export async function verifyLog(anyDb: AnyDb, node: NodeId): Promise<LogVerdict> {
  const db = tablesOf<MessagingTables>(anyDb);
  const directory = await newestDirectory(anyDb);
  let entries = 0;
  let head: Buffer = NO_HASH_BYTES;
  for (;;) {
    const rows = await db
      .selectFrom('message_log')
      .selectAll()
      .where('position', '>', entries)
      .orderBy('position')
      .limit(ENTRIES_PER_READ)
      .execute();
    for (const row of rows) {
      const reason = row.position === entries + 1 ? reasonAgainst(row, head, node, directory) : '此处缺少记录';
      if (reason) return { entries, head: head.toString('hex'), firstBroken: { position: entries + 1, reason } };
      entries = row.position;
      head = row.chainHash;
    }
    if (rows.length < ENTRIES_PER_READ) return { entries, head: head.toString('hex'), firstBroken: null };
  }
}

function reasonAgainst(row: LogEntry, before: Buffer, node: NodeId, directory: Directory): string | undefined {
  try {
    const opened = openEnvelope(row.envelope);
    if (!sha256(opened.payload).equals(row.bodyHash)) return '内容与摘要不一致';
    if (!chain(before, row.direction, row.bodyHash).equals(row.chainHash)) return '与前一条不相链';
    const body = parseBody(opened);
    const [from, to] = row.direction === 'sent' ? [node, row.peer] : [row.peer, node];
    const same =
      body.from === from &&
      body.to === to &&
      body.id === row.messageId &&
      body.kind === row.kind &&
      body.incarnation === row.incarnation &&
      body.sequence === row.sequence;
    if (!same) return '登记的收发双方、种类或序号与签名内容不一致';
    // Words that a node said before it was first admitted have no key in the directory yet; the chain still holds them.
    const key = directory.key(opened.keyId);
    if (!key && row.direction === 'sent') return undefined;
    return key && holds(opened, key.verifier.verify) ? undefined : '签名无效';
  } catch (error) {
    if (error instanceof Refusal) return '内容无法读取';
    throw error;
  }
}

async function newestDirectory(db: AnyDb): Promise<Directory> {
  const newest = await tablesOf<MessagingTables>(db)
    .selectFrom('node_directory')
    .select('envelope')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return openDirectory(newest && storedDirectory(newest.envelope));
}
