import type { Kysely, Selectable } from 'kysely';
import { NO_HASH } from '../../contracts/core/envelope.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Cursor, MessageProblem } from '../../contracts/link.ts';
import { insertRows, statementOf } from '../db/bulk.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { sha256 } from './envelope.ts';
import type { MessagingTables } from './tables.ts';

/** The log and the streams: written only here, with prepared statements, because every message passes. */
export type Direction = 'sent' | 'received';
export type Stream = Selectable<MessagingTables['stream']>;
export type LogEntry = Selectable<MessagingTables['message_log']>;
export type NewEntry = Omit<LogEntry, 'position' | 'chainHash'>;

const columns = [
  'position',
  'direction',
  'peer',
  'incarnation',
  'sequence',
  'messageId',
  'kind',
  'schema',
  'items',
  'envelope',
  'bodyHash',
  'chainHash',
  'at',
  'cause',
] as const satisfies ReadonlyArray<keyof LogEntry>;

export const NO_HASH_BYTES = Buffer.from(NO_HASH, 'hex');

export interface LogHead {
  position: number;
  chainHash: Buffer;
}

export async function logHead(tx: AnyTx): Promise<LogHead> {
  const row = statementOf(tx, 'select position, "chainHash" from message_log order by position desc limit 1').get();
  return (row as LogHead | undefined) ?? { position: 0, chainHash: NO_HASH_BYTES };
}

export function chain(before: Buffer, direction: Direction, bodyHash: Buffer): Buffer {
  return sha256(before, direction, bodyHash);
}

/** Appends the entries to the log, in this order. */
export async function appendLog(tx: AnyTx, entries: readonly NewEntry[]): Promise<void> {
  let { position, chainHash } = await logHead(tx);
  const rows = entries.map((entry) => {
    chainHash = chain(chainHash, entry.direction, entry.bodyHash);
    const row: LogEntry = { ...entry, position: ++position, chainHash };
    return columns.map((column) => row[column]);
  });
  await insertRows(tx, 'message_log', columns, rows);
}

/** The stream in its newest incarnation, if there is any. */
export async function newestStream(tx: AnyTx, direction: Direction, peer: NodeId): Promise<Stream | undefined> {
  const sql = 'select * from stream where direction = ? and peer = ? order by incarnation desc limit 1';
  return statementOf(tx, sql).get(direction, peer) as Stream | undefined;
}

/** All incarnations of the stream, the oldest first. */
export async function listStreams(tx: AnyTx, direction: Direction, peer: NodeId): Promise<Stream[]> {
  const sql = 'select * from stream where direction = ? and peer = ? order by incarnation';
  return statementOf(tx, sql).all(direction, peer) as Stream[];
}

export async function findStream(
  tx: AnyTx,
  direction: Direction,
  peer: NodeId,
  incarnation: number,
): Promise<Stream | undefined> {
  const sql = 'select * from stream where direction = ? and peer = ? and incarnation = ?';
  return statementOf(tx, sql).get(direction, peer, incarnation) as Stream | undefined;
}

export function newStream(direction: Direction, peer: NodeId, incarnation: number): Stream {
  const nothing = { lastSequence: 0, lastHash: NO_HASH_BYTES, receiptedSequence: 0, receipt: null };
  return { direction, peer, incarnation, ...nothing, attempts: 0, quarantined: null };
}

export async function saveStream(tx: AnyTx, stream: Stream): Promise<void> {
  const sql = `insert into stream (direction, peer, incarnation, "lastSequence", "lastHash", "receiptedSequence", receipt,
      attempts, quarantined) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (direction, peer, incarnation) do update set "lastSequence" = excluded."lastSequence",
      "lastHash" = excluded."lastHash", "receiptedSequence" = excluded."receiptedSequence",
      receipt = excluded.receipt, attempts = excluded.attempts, quarantined = excluded.quarantined`;
  const { direction, peer, incarnation, lastSequence, lastHash, receiptedSequence, receipt } = stream;
  const place = [direction, peer, incarnation, lastSequence, lastHash, receiptedSequence, receipt];
  statementOf(tx, sql).run(...place, stream.attempts, stream.quarantined);
}

/** The hash of the body at a place, if the log has it. */
export async function bodyHashAt(
  tx: AnyTx,
  direction: Direction,
  peer: NodeId,
  { incarnation, sequence }: Cursor,
): Promise<Buffer | undefined> {
  const sql = `select "bodyHash" from message_log where direction = ? and peer = ? and incarnation = ? and sequence = ?`;
  const row = statementOf(tx, sql).get(direction, peer, incarnation, sequence);
  return (row as { bodyHash: Buffer } | undefined)?.bodyHash;
}

/** Where a message with this id was received before, in an earlier incarnation of its sender. */
export async function findReceived(tx: AnyTx, peer: NodeId, messageId: string): Promise<Cursor | undefined> {
  const sql = `select incarnation, sequence from message_log where "messageId" = ? and direction = 'received' and peer = ?`;
  return statementOf(tx, sql).get(messageId, peer) as Cursor | undefined;
}

export interface Exception {
  sequence: number;
  outcome: 'refused' | 'parked' | 'dead' | 'reissued';
  problem?: MessageProblem | undefined;
}

/** Exceptions of a stream after `after` up to `upTo`, in order. */
export async function listExceptions(
  tx: AnyTx,
  direction: Direction,
  peer: NodeId,
  incarnation: number,
  after: number,
  upTo: number,
): Promise<Exception[]> {
  const sql = `select sequence, outcome, problem from message_exception
    where direction = ? and peer = ? and incarnation = ? and sequence > ? and sequence <= ? order by sequence`;
  const rows = statementOf(tx, sql).all(direction, peer, incarnation, after, upTo) as Array<
    Exception & { problem: string | null }
  >;
  return rows.map(({ sequence, outcome, problem }) => ({
    sequence,
    outcome,
    ...(problem && { problem: JSON.parse(problem) as MessageProblem }),
  }));
}

/** Sets or, with `undefined`, removes the exception at a place. */
export async function setException(
  tx: AnyTx,
  stream: Pick<Stream, 'direction' | 'peer' | 'incarnation'>,
  sequence: number,
  exception: Omit<Exception, 'sequence'> | undefined,
  at: string,
): Promise<void> {
  const { direction, peer, incarnation } = stream;
  const place = [direction, peer, incarnation, sequence];
  if (!exception) {
    const sql = 'delete from message_exception where direction = ? and peer = ? and incarnation = ? and sequence = ?';
    statementOf(tx, sql).run(...place);
    return;
  }
  const problem = exception.problem ? JSON.stringify(exception.problem) : null;
  const sql = `insert into message_exception (direction, peer, incarnation, sequence, outcome, problem, at)
    values (?, ?, ?, ?, ?, ?, ?) on conflict (direction, peer, incarnation, sequence)
    do update set outcome = excluded.outcome, problem = excluded.problem, at = excluded.at`;
  statementOf(tx, sql).run(...place, exception.outcome, problem, at);
}

/** Something that an operator must see, with the bytes that prove it. */
export async function raiseAlarm(
  tx: AnyTx,
  alarm: { peer: NodeId; what: 'equivocation' | 'restored'; detail: string; evidence?: Uint8Array; at: string },
): Promise<void> {
  const evidence = alarm.evidence ? Buffer.from(alarm.evidence) : null;
  await tablesOf<MessagingTables>(tx)
    .insertInto('link_alarm')
    .values({ ...alarm, evidence })
    .execute();
}

/** What became of messages that were not simply applied, as `e`, each beside its entry of the log, `l`. */
export function exceptionsInLog(db: Kysely<MessagingTables>) {
  return db
    .selectFrom('message_exception as e')
    .innerJoin('message_log as l', (join) =>
      join
        .onRef('l.direction', '=', 'e.direction')
        .onRef('l.peer', '=', 'e.peer')
        .onRef('l.incarnation', '=', 'e.incarnation')
        .onRef('l.sequence', '=', 'e.sequence'),
    );
}
