import { sql } from 'kysely';
import type { Generated, Kysely } from 'kysely';
import type { LoggedMessage } from '../../contracts/node.ts';

/** The tables of messaging, the same on every node. Hashes are 32 bytes. */
export interface MessagingTables {
  /** Every body sent and received, once, as it crossed the wire; a hash chain in one order (docs/PROTOCOL.md "Log"). */
  message_log: {
    position: number;
    direction: 'sent' | 'received';
    peer: string;
    incarnation: number;
    sequence: number;
    messageId: string;
    kind: string;
    schema: number;
    items: number;
    envelope: Buffer;
    bodyHash: Buffer;
    /** SHA-256 of the previous entry's chainHash, the direction and this bodyHash. */
    chainHash: Buffer;
    at: string;
    /** The body's `cause`: what a message of a hand-over is about. */
    cause: string | null;
  };
  /** How far each stream has come. Sent: what the peer receipted, with its latest receipt. Received: tries of the next. */
  stream: {
    direction: 'sent' | 'received';
    peer: string;
    incarnation: number;
    lastSequence: number;
    lastHash: Buffer;
    receiptedSequence: Generated<number>;
    receipt: Buffer | null;
    attempts: Generated<number>;
    /** Why nothing more is taken from this stream, until an operator decides. */
    quarantined: string | null;
  };
  /** What did not simply get applied. No row: a receipted or received message was applied. */
  message_exception: {
    direction: 'sent' | 'received';
    peer: string;
    incarnation: number;
    sequence: number;
    outcome: 'refused' | 'parked' | 'dead' | 'reissued';
    /** JSON of `MessageProblem`. */
    problem: string | null;
    at: string;
  };
  /** Queued for a peer whose stream is not open yet: numbered once both sides agree where it stands. */
  outbox_waiting: {
    position: Generated<number>;
    peer: string;
    messageId: string;
    kind: string;
    schema: number;
    /** JSON of the draft, encrypted under the node's own key. */
    sealed: string;
    at: string;
  };
  /** One row: who this node is in time. `incarnationDue` from a restore until a new incarnation was taken. */
  link_state: { id: number; incarnation: number; incarnationDue: number };
  /** What is known of a peer's health. */
  link_peer: { peer: string; lastHeardAt: string; logPosition: number; logHead: string };
  /** What an operator must see: equivocation, a restore. With the bytes that prove it. */
  link_alarm: {
    id: Generated<number>;
    peer: string;
    what: string;
    detail: string;
    evidence: Buffer | null;
    at: string;
    handledAt: string | null;
    /** Account and name of the operator who settled it. */
    handledBy: string | null;
    remark: string | null;
  };
  /** Every directory that was in force, newest last. */
  node_directory: { version: number; envelope: Buffer; at: string };
  /** At the hub: keys that asked to be admitted and were not approved yet, the latest a node. */
  enrolment: { node: string; name: string; key: string; fingerprint: string; at: string };
  /** A view: the log with its outcomes, for pages. */
  logged_message: Omit<LoggedMessage, 'outcome'> & {
    outcome: LoggedMessage['outcome'] | 'reissued';
    problem: string | null;
  };
}

/** Called by the migrations of both nodes. */
export async function createMessagingTables(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** What operators do with alarms, and the list of messages that were laid aside. Called by a later migration of both nodes. */
export async function addAlarmHandling(db: Kysely<any>): Promise<void> {
  for (const column of ['handledAt', 'handledBy', 'remark'])
    await sql.raw(`alter table link_alarm add column ${column} text`).execute(db);
  // 异常消息, and the counts of what is parked and dead.
  await sql`create index message_exception_laid_aside on message_exception (outcome, direction, peer)
    where outcome in ('parked', 'dead')`.execute(db);
}

const statements = [
  `create table message_log (
    position integer primary key, direction text not null check (direction in ('sent', 'received')),
    peer text not null, incarnation integer not null, sequence integer not null,
    messageId text not null, kind text not null, schema integer not null, items integer not null,
    envelope blob not null, bodyHash blob not null, chainHash blob not null, at text not null
  ) strict`,
  // The courier's next rows, and one row per place in a stream.
  `create unique index message_log_place on message_log (direction, peer, incarnation, sequence)`,
  // A re-issued message is known by its id; 消息日志 searches by it.
  `create index message_log_id on message_log (messageId)`,
  `create table stream (
    direction text not null, peer text not null, incarnation integer not null,
    lastSequence integer not null, lastHash blob not null,
    receiptedSequence integer not null default 0, receipt blob,
    attempts integer not null default 0, quarantined text,
    primary key (direction, peer, incarnation)
  ) strict, without rowid`,
  `create table message_exception (
    direction text not null, peer text not null, incarnation integer not null, sequence integer not null,
    outcome text not null check (outcome in ('refused', 'parked', 'dead', 'reissued')), problem text, at text not null,
    primary key (direction, peer, incarnation, sequence)
  ) strict, without rowid`,
  `create table outbox_waiting (
    position integer primary key, peer text not null, messageId text not null, kind text not null,
    schema integer not null, sealed text not null, at text not null
  ) strict`,
  `create table link_state (
    id integer primary key check (id = 1), incarnation integer not null, incarnationDue integer not null
  ) strict`,
  `create table link_peer (
    peer text primary key, lastHeardAt text not null, logPosition integer not null, logHead text not null
  ) strict`,
  `create table link_alarm (
    id integer primary key, peer text not null, what text not null, detail text not null, evidence blob, at text not null
  ) strict`,
  `create table node_directory (version integer primary key, envelope blob not null, at text not null) strict`,
  `create table enrolment (
    node text primary key, name text not null, key text not null, fingerprint text not null, at text not null
  ) strict`,
  `create view logged_message as
    select l.position, l.direction, l.peer, l.kind, l.messageId, l.incarnation, l.sequence, l.items,
      length(l.envelope) as bytes, l.at, lower(hex(l.chainHash)) as chainHash, e.problem,
      coalesce(e.outcome, case when l.direction = 'sent' and l.sequence > s.receiptedSequence
        then 'pending' else 'applied' end) as outcome
    from message_log l
    join stream s on s.direction = l.direction and s.peer = l.peer and s.incarnation = l.incarnation
    left join message_exception e on e.direction = l.direction and e.peer = l.peer
      and e.incarnation = l.incarnation and e.sequence = l.sequence`,
];

/** The messages of one hand-over, in the log, for its case page. */
export async function keepCauses(db: Kysely<any>): Promise<void> {
  await sql`alter table message_log add column cause text`.execute(db);
  await sql`create index message_log_case on message_log (cause, position)
    where cause is not null and kind >= 'record.' and kind < 'record/'`.execute(db);
}
