import { Refusal } from './refusal.ts';
import type { RefusalReason } from './refusal.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import type { Cursor } from '../../contracts/link.ts';
import { must } from '../assert.ts';
import type { Directory, KnownKey } from './directory.ts';
import { covers, openDirectory, storedDirectory } from './directory.ts';
import { holds, openEnvelope, sha256 } from './envelope.ts';
import { parseBody } from './incoming.ts';
import { chain, NO_HASH_BYTES } from './log.ts';
import type { Direction, LogEntry } from './log.ts';
import type { MessagingTables } from './tables.ts';

export interface LogVerdict {
  entries: number;
  /** The chain's head as derived, up to the first broken entry. */
  head: string;
  firstBroken: { position: number; reason: string } | null;
}

const ROWS_PER_READ = 500;

/** The directory in force at the node whose database this is. */
export async function loadDirectory(db: AnyDb): Promise<Directory> {
  const rows = tablesOf<MessagingTables>(db).selectFrom('node_directory').select('envelope').orderBy('version', 'desc');
  const newest = await rows.limit(1).executeTakeFirst();
  return openDirectory(newest && storedDirectory(newest.envelope));
}

/**
 * Derives the whole log again from its bytes: every hash, the chain, each stream's order and links, every signature, and
 * that nothing is missing at the end. Names the first entry that does not fit, in Chinese. Reads in one pass.
 */
export async function verifyLog(db: AnyDb, directory: Directory): Promise<LogVerdict> {
  const tables = tablesOf<MessagingTables>(db);
  const streams = new Map<string, Derived>();
  const own: OwnKeys = { successor: -1 };
  let head: Buffer = NO_HASH_BYTES;
  let entries = 0;
  for (;;) {
    const rows = await tables
      .selectFrom('message_log')
      .selectAll()
      .orderBy('position')
      .where('position', '>', entries)
      .limit(ROWS_PER_READ)
      .execute();
    for (const row of rows) {
      const reason = flawOf(row, entries + 1, head, { streams, own, directory });
      if (reason) return { entries, head: head.toString('hex'), firstBroken: { position: entries + 1, reason } };
      head = row.chainHash;
      entries = row.position;
    }
    if (rows.length < ROWS_PER_READ) break;
  }
  const cut = await missingEnd(db, streams);
  const firstBroken = cut ? { position: entries + 1, reason: cut } : null;
  return { entries, head: head.toString('hex'), firstBroken };
}

interface Derived {
  sequence: number;
  hash: Buffer;
}

function flawOf(
  row: LogEntry,
  position: number,
  head: Buffer,
  { streams, own, directory }: { streams: Map<string, Derived>; own: OwnKeys; directory: Directory },
): string | undefined {
  if (row.position !== position) return '日志缺少这一条';
  try {
    const opened = openEnvelope(row.envelope);
    const bodyHash = sha256(opened.payload);
    if (!bodyHash.equals(row.bodyHash)) return '消息内容与其散列不符';
    if (!chain(head, row.direction, bodyHash).equals(row.chainHash)) return '链散列与前一条不相接';
    const key = directory.key(opened.keyId);
    if (!key) return '签名的密钥不在目录中';
    if (!holds(opened, key.verifier)) return '签名不成立';
    const body = parseBody(opened);
    const peer = row.direction === 'sent' ? body.to : body.from;
    const told = [row.peer, row.incarnation, row.sequence, row.messageId, row.kind, row.schema];
    const said = [peer, body.incarnation, body.sequence, body.id, body.kind, body.schema];
    if (told.some((value, index) => value !== said[index])) return '登记的栏目与消息内容不符';
    if (key.node !== body.from) return '签名的密钥不属于发送方';
    const name = streamName(row.direction, row.peer, row.incarnation);
    const before = streams.get(name) ?? { sequence: 0, hash: NO_HASH_BYTES };
    if (body.sequence !== before.sequence + 1) return '消息流的序号不连续';
    if (body.previous !== before.hash.toString('hex')) return '消息流的前后散列不相接';
    const counts = row.direction === 'sent' ? countsAtHome(own, directory, key, body) : key.covers(body);
    if (!counts) return '签名的密钥在此处无效';
    streams.set(name, { sequence: body.sequence, hash: bodyHash });
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return unreadable[error.reason] ?? '消息无法读取';
    throw error;
  }
}

/** The latest key (its place among the node's keys) that signed so far and was not revoked. */
interface OwnKeys {
  successor: number;
}

/**
 * A revoked key counts with others up to what they received. In its node's own log also what was under way then is true:
 * the node went on signing until it heard of the revocation, and signs with a later key from then on.
 */
function countsAtHome(own: OwnKeys, directory: Directory, key: KnownKey, place: Cursor): boolean {
  const order = must(directory.node(key.node), 'the node of a key').keys.findIndex(({ keyId }) => keyId === key.keyId);
  const { revokedAfter, ...range } = key;
  if (!revokedAfter) own.successor = Math.max(own.successor, order);
  return key.covers(place) || (order > own.successor && covers(range, place));
}

const unreadable: Partial<Record<RefusalReason, string>> = {
  'too-large': '消息超过上限',
  'not-an-envelope': '信封无法读取',
  'not-a-message': '消息无法读取',
};

/** A log whose last entries were cut off is still a chain: what the streams have come to tells. */
async function missingEnd(db: AnyDb, derived: ReadonlyMap<string, Derived>): Promise<string | undefined> {
  const streams = await tablesOf<MessagingTables>(db).selectFrom('stream').selectAll().execute();
  for (const { direction, peer, incarnation, lastSequence, lastHash } of streams) {
    const end = derived.get(streamName(direction, peer, incarnation)) ?? { sequence: 0, hash: NO_HASH_BYTES };
    if (end.sequence !== lastSequence || !end.hash.equals(lastHash)) {
      return `日志末尾缺少与 ${peer} 往来的第 ${end.sequence + 1} 号及以后的消息`;
    }
  }
  return undefined;
}

function streamName(direction: Direction, peer: string, incarnation: number): string {
  return `${direction} ${peer} ${incarnation}`;
}
