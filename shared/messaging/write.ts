import type { Selectable } from 'kysely';
import { ENVELOPE_BYTES_MAX, MESSAGE_TYPE, NO_HASH } from '../../contracts/core/envelope.ts';
import type { MessageBody } from '../../contracts/core/envelope.ts';
import type { Actor, NodeId } from '../../contracts/core/message.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { Cursor } from '../../contracts/link.ts';
import { assert, must } from '../assert.ts';
import { statementOf } from '../db/bulk.ts';
import { breathe } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { ITEMS_BYTES_MAX } from './confidential.ts';
import { now, ownKey, signingKey } from './core.ts';
import type { Core } from './core.ts';
import { openEnvelope, sha256, writeEnvelope } from './envelope.ts';
import { parseBody } from './incoming.ts';
import { appendLog, findStream, newStream, saveStream, setException } from './log.ts';
import type { LogEntry, NewEntry } from './log.ts';
import type { MessagingTables } from './tables.ts';

/** Items of one kind for one receiver, each as JSON. */
export interface Draft {
  kind: string;
  schema: number;
  confidential: boolean;
  cause?: string | undefined;
  actor?: Actor | undefined;
  issuedAt: string;
  items: string[];
}

/** A message that lacks only its place in a stream. */
export interface Unnumbered extends Omit<Draft, 'items' | 'confidential'> {
  id: string;
  itemCount: number;
  /** The JSON of the body's `data`, encrypted for the receiver where the kind is confidential. */
  data: string;
}

/** What the envelope adds around the base64 of the body: payload type, key id, signature. */
const ENVELOPE_FRAME_BYTES = 300;
const BODY_BYTES_MAX = Math.floor((ENVELOPE_BYTES_MAX - ENVELOPE_FRAME_BYTES) / 4) * 3;
/** So many characters of data fit whatever they are: three bytes each. */
const DATA_CHARACTERS_SAFE = 60_000;
/** The longest that the stream's fields can be: the size is decided before the number is known. */
const widestPlace = { incarnation: 2 ** 31, sequence: Number.MAX_SAFE_INTEGER, hubIncarnation: 2 ** 31 };

/** The draft as messages that fit, halved as often as it takes. Throws `Problem` for an item that no message can hold. */
export function cutDraft(core: Core, to: NodeId, draft: Draft): Unnumbered[] {
  const id = core.ids.next();
  const { items, confidential, ...head } = draft;
  const data = confidential ? sealedItems(core, to, id, itemsBytes(items)) : `{"items":${itemsText(items)}}`;
  const message = { ...head, id, itemCount: items.length, data };
  if (message.data && fits(core, to, message)) return [message];
  return halves(draft).flatMap((half) => cutDraft(core, to, half));
}

function itemsText(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}

let writingPad = Buffer.alloc(0);

/**
 * `itemsText` in UTF-8, until the next call; undefined when there is too much to compress. A thousand items joined as strings are
 * memory that the system has to give out anew each time, which takes twenty times as long as writing them.
 */
function itemsBytes(items: readonly string[]): Buffer | undefined {
  const characters = items.reduce((sum, { length }) => sum + length + 1, 1);
  if (characters > ITEMS_BYTES_MAX) return undefined;
  // No character takes more than three bytes.
  if (writingPad.length < 3 * characters) writingPad = Buffer.allocUnsafeSlow(3 * characters);
  let end = writingPad.write('[');
  for (const item of items) {
    end += writingPad.write(item, end);
    end += writingPad.write(',', end);
  }
  writingPad.write(']', end - 1);
  return end > ITEMS_BYTES_MAX ? undefined : writingPad.subarray(0, end);
}

/** Empty when there is too much to compress. */
function sealedItems(core: Core, to: NodeId, id: string, items: Buffer | undefined): string {
  if (!items) return '';
  const theirs = must(core.directory.newestKey(to), `no key of ${to}`);
  const mine = must(ownKey(core, signingKey(core).keyId), 'own key');
  const sealed = core.confidential.seal(mine, theirs.agreementKey, { id, from: core.node, to }, items);
  return JSON.stringify({ sealed, sealedFor: theirs.keyId });
}

/** Without putting the body together: its data can be most of a message, and is measured as it is. */
function fits(core: Core, to: NodeId, message: Unnumbered): boolean {
  if (message.data.length <= DATA_CHARACTERS_SAFE) return true;
  return headBytes(core, to, message) + Buffer.byteLength(message.data) <= BODY_BYTES_MAX;
}

function headBytes(core: Core, to: NodeId, message: Unnumbered): number {
  const head = headText(core, to, message, { ...widestPlace, previous: NO_HASH });
  return Buffer.byteLength(head) + DATA_FRAME_BYTES;
}

/** What deflate and encryption can add to so many bytes, in base64: stored blocks, nonce and tag, the name of the key. */
function sealedBytesMax(bytes: number): number {
  return Math.ceil(((bytes + bytes / 1_000 + 64) / 3) * 4) + 64;
}

/**
 * Throws `Problem('message-invalid')` for an item that no message can hold. Most fit whatever becomes of them: then nothing is
 * compressed or encrypted to see it, which for a part of a picture cost more than sending it.
 */
export function mustFit(core: Core, to: NodeId, draft: Draft): void {
  const { items, confidential, ...head } = draft;
  const bytes = Buffer.byteLength(itemsText(items));
  const dataBytes = confidential ? sealedBytesMax(bytes) : bytes + ITEMS_FRAME_BYTES;
  const message = { ...head, id: core.ids.next(), itemCount: items.length, data: '' };
  if (headBytes(core, to, message) + dataBytes <= BODY_BYTES_MAX) return;
  packDraft(core, to, draft);
}

function halves(draft: Draft): [Draft, Draft] {
  const { items } = draft;
  if (items.length === 1) throw new Problem('message-invalid', '内容过大，超过一条消息的上限');
  const middle = Math.ceil(items.length / 2);
  return [
    { ...draft, items: items.slice(0, middle) },
    { ...draft, items: items.slice(middle) },
  ];
}

type Place = Pick<MessageBody, 'incarnation' | 'sequence' | 'previous' | 'hubIncarnation'>;

function headText(core: Core, to: NodeId, message: Unnumbered, place: Place): string {
  const { id, kind, schema, cause, issuedAt, actor } = message;
  return JSON.stringify({ id, kind, schema, from: core.node, to, ...place, cause, issuedAt, actor });
}

/** `,"data":` */
const DATA_FRAME_BYTES = 8;
/** `{"items":}` */
const ITEMS_FRAME_BYTES = 10;

function bodyText(core: Core, to: NodeId, message: Unnumbered, place: Place): string {
  return `${headText(core, to, message, place).slice(0, -1)},"data":${message.data}}`;
}

/** Numbers, signs and logs the messages, in this order. The bytes never change again. */
export async function writeMessages(
  core: Core,
  tx: AnyTx,
  to: NodeId,
  messages: readonly Unnumbered[],
): Promise<NewEntry[]> {
  const { incarnation, hubIncarnation } = core;
  const stream = (await findStream(tx, 'sent', to, incarnation)) ?? newStream('sent', to, incarnation);
  const { keyId, signer } = signingKey(core);
  const at = now(core);
  const entries: NewEntry[] = [];
  for (const message of messages) {
    const place = { incarnation, sequence: stream.lastSequence + 1, previous: stream.lastHash.toString('hex') };
    const payload = Buffer.from(bodyText(core, to, message, { ...place, hubIncarnation }));
    const bodyHash = sha256(payload);
    const envelope = writeEnvelope(MESSAGE_TYPE, payload, keyId, signer);
    assert(envelope.length <= ENVELOPE_BYTES_MAX, 'a message too large');
    stream.lastSequence = place.sequence;
    stream.lastHash = bodyHash;
    const { id: messageId, kind, schema, itemCount: items, cause = null } = message;
    const about = { messageId, kind, schema, items, at, cause };
    entries.push({ direction: 'sent', peer: to, ...place, ...about, envelope, bodyHash });
    await breathe(tx);
  }
  await appendLog(tx, entries);
  await saveStream(tx, stream);
  return entries;
}

/** What waits for its number keeps its items encrypted under the node's own key, whatever the kind. */
interface Packed extends Omit<Draft, 'kind' | 'schema' | 'items'> {
  items: string;
  itemCount: number;
}
type Waiting = Pick<Selectable<MessagingTables['outbox_waiting']>, 'messageId' | 'kind' | 'schema' | 'sealed'>;

/** Refuses and halves exactly as `cutDraft`: encryption for another key is as long as for one's own. */
export function packDraft(core: Core, to: NodeId, draft: Draft): Waiting[] {
  const messageId = core.ids.next();
  const { kind, schema, items, ...rest } = draft;
  const text = itemsText(items);
  const mine = core.keys.keys.at(-1)!;
  const own = { id: messageId, from: core.node, to: core.node };
  if (Buffer.byteLength(text) <= ITEMS_BYTES_MAX) {
    const seal = (plain: string): string => core.confidential.seal(mine, mine.agreementKey, own, plain);
    const data = draft.confidential
      ? JSON.stringify({ sealed: seal(text), sealedFor: mine.keyId })
      : `{"items":${text}}`;
    if (fits(core, to, { ...draft, id: messageId, itemCount: items.length, data })) {
      const packed: Packed = { ...rest, items: text, itemCount: items.length };
      return [{ messageId, kind, schema, sealed: `${mine.keyId} ${seal(JSON.stringify(packed))}` }];
    }
  }
  return halves(draft).flatMap((half) => packDraft(core, to, half));
}

export function sealPacked(core: Core, to: NodeId, waiting: Waiting): Unnumbered {
  const { messageId: id, kind, schema } = waiting;
  const [keyId, sealed] = waiting.sealed.split(' ') as [string, string];
  const mine = must(ownKey(core, keyId), `key ${keyId}`);
  const own = { id, from: core.node, to: core.node };
  const packed = JSON.parse(core.confidential.open(mine, mine.agreementKey, own, sealed).toString()) as Packed;
  const { items, confidential, ...rest } = packed;
  const data = confidential ? sealedItems(core, to, id, Buffer.from(items)) : `{"items":${items}}`;
  return { id, kind, schema, ...rest, data };
}

/** Re-issued messages per read of the log: bodies may be large. */
const REISSUE_ROWS = 100;

/**
 * Says again, in this incarnation, what was said to `to` in earlier ones and may not have arrived, under the same ids, so
 * that what did arrive has no second effect. `received` is the last that the peer has; of incarnations before that one
 * it proves nothing, the receipts do. What was said again already stays.
 */
export async function reissue(core: Core, tx: AnyTx, to: NodeId, received: Cursor): Promise<number> {
  const places = statementOf(
    tx,
    `select min(position) as position from message_log as old
     where direction = 'sent' and peer = ? and incarnation < ?
       and not exists (select 1 from message_log as again
         join stream on stream.direction = 'sent' and stream.peer = again.peer and stream.incarnation = again.incarnation
         where again."messageId" = old."messageId" and again.direction = 'sent' and again.peer = old.peer
         and (again.incarnation = ? or again.sequence <= stream."receiptedSequence"
           or (again.incarnation = ? and again.sequence <= ?)))
     group by "messageId" order by position`,
  ).all(to, core.incarnation, core.incarnation, received.incarnation, received.sequence);
  const positions = (places as Array<{ position: number }>).map((row) => row.position);
  for (let at = 0; at < positions.length; at += REISSUE_ROWS) {
    const rows = await tablesOf<MessagingTables>(tx)
      .selectFrom('message_log')
      .selectAll()
      .where('position', 'in', positions.slice(at, at + REISSUE_ROWS))
      .orderBy('position')
      .execute();
    for (const row of rows) await setException(tx, row, row.sequence, { outcome: 'reissued' }, now(core));
    await writeMessages(core, tx, to, rows.map(unnumber));
  }
  return positions.length;
}

function unnumber(row: LogEntry): Unnumbered {
  const { id, kind, schema, cause, actor, issuedAt, data } = parseBody(openEnvelope(row.envelope));
  return { id, kind, schema, cause, actor, issuedAt, itemCount: row.items, data: JSON.stringify(data) };
}
