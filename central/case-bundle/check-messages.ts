import type { z } from 'zod';
import { CaseTold } from '../../contracts/case-bundle.ts';
import { NO_HASH } from '../../contracts/core/envelope.ts';
import type { MessageBody } from '../../contracts/core/envelope.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { CopyRecord, RecordPart, RecordSealed, RecordStaged, SealRecord } from '../../contracts/hand-over.ts';
import { Receipt } from '../../contracts/link.ts';
import { TransferTold } from '../../contracts/transfer-told.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Directory } from '../../shared/messaging/directory.ts';
import { holds, openEnvelope } from '../../shared/messaging/envelope.ts';
import type { Opened } from '../../shared/messaging/envelope.ts';
import { parseBody } from '../../shared/messaging/incoming.ts';
import { Refusal } from '../../shared/messaging/refusal.ts';
import { sha256Hex } from './lines.ts';
import { lieIn } from './rows.ts';
import type { KindOfLine, Row } from './rows.ts';

/** A message of the case whose signature, place and content were checked. */
export interface CheckedMessage {
  row: Row;
  line: KindOfLine<'message'>;
  body: MessageBody;
  bodyHash: string;
  /** Null where the bundle does not show what is in it. */
  items: unknown[] | null;
}

/** What of a confidential message may be shown: as the contract of its kind has it, and nothing more. */
const openedKinds = new Map<string, z.ZodType>([
  [TransferTold.kind, CaseTold],
  [SealRecord.kind, SealRecord.item],
  [RecordSealed.kind, RecordSealed.item],
  [CopyRecord.kind, CopyRecord.item],
]);
const plainKinds = new Map<string, z.ZodType>([
  [RecordPart.kind, RecordPart.item],
  [RecordStaged.kind, RecordStaged.item],
]);

/** Every message by itself and in its stream: key, signature, place, order, the hash of the one before it. Throws `Lie`. */
export function checkMessages(
  rows: ReadonlyArray<{ row: Row; line: KindOfLine<'message'> }>,
  caseId: string,
  directory: Directory,
): CheckedMessage[] {
  const streams = new Map<string, { sequence: number; hash: string }>();
  let position = 0;
  return rows.map(({ row, line }) => {
    if (line.position <= position) throw lieIn(row, 'position', '消息不按日志的次序排列', `more than ${position}`);
    position = line.position;
    const message = openMessage(row, line, directory);
    if (message.body.cause !== caseId) throw lieIn(row, 'envelope', '消息不属于这个案件', `cause ${caseId}`);
    const name = `${line.direction} ${line.peer} ${line.incarnation}`;
    const before = streams.get(name) ?? { sequence: 0, hash: NO_HASH };
    if (line.sequence <= before.sequence)
      throw lieIn(row, 'sequence', '消息流的序号没有递增', `more than ${before.sequence}`);
    if (line.sequence === before.sequence + 1 && message.body.previous !== before.hash)
      throw lieIn(row, 'envelope', '消息流的前后散列不相接', `previous ${before.hash}`);
    streams.set(name, { sequence: line.sequence, hash: message.bodyHash });
    return message;
  });
}

function openMessage(row: Row, line: KindOfLine<'message'>, directory: Directory): CheckedMessage {
  const { opened, body } = signedBody(row, line.envelope, directory);
  const peer = line.direction === 'sent' ? body.to : body.from;
  const own = line.direction === 'sent' ? body.from : body.to;
  if (own !== HUB) throw lieIn(row, 'direction', '收发方向与消息内容不符', own === body.to ? 'sent' : 'received');
  const { incarnation, sequence, kind } = body;
  const said = { peer, incarnation, sequence, kind };
  for (const field of ['peer', 'incarnation', 'sequence', 'kind'] as const)
    if (line[field] !== said[field]) throw lieIn(row, field, '登记的栏目与签名的消息不符', JSON.stringify(said[field]));
  const key = directory.key(opened.keyId);
  if (!key?.covers(body)) throw lieIn(row, 'envelope', '签名的密钥在此处无效', `a key of ${body.from} valid here`);
  return { row, line, body, bodyHash: sha256Hex(opened.payload), items: itemsOf(row, line, body) };
}

/** The body, after its signature holds under a key of its sender. */
function signedBody(row: Row, envelope: string, directory: Directory): { opened: Opened; body: MessageBody } {
  try {
    const opened = openEnvelope(Buffer.from(envelope));
    const key = directory.key(opened.keyId);
    if (!key) throw lieIn(row, 'envelope', '签名的密钥不在目录中', `not ${opened.keyId}`);
    if (!holds(opened, key.verifier)) throw lieIn(row, 'envelope', '签名不成立', `a signature of ${opened.keyId}`);
    const body = parseBody(opened);
    if (body.from !== key.node) throw lieIn(row, 'envelope', '签名的密钥不属于发送方', `a key of ${body.from}`);
    return { opened, body };
  } catch (error) {
    if (error instanceof Refusal) throw lieIn(row, 'envelope', '信封或消息无法读取', 'a signed message');
    throw error;
  }
}

/** What is in it: of a plain message what was signed, of a confidential one what the hub says. */
function itemsOf(row: Row, { opened, kind }: KindOfLine<'message'>, { data }: MessageBody): unknown[] | null {
  const isPlain = 'items' in data;
  if (isPlain && opened !== null) throw lieIn(row, 'opened', '明文消息不应另附内容', 'null');
  const items = isPlain ? data.items : opened;
  const item = (isPlain ? plainKinds : openedKinds).get(kind);
  if (!items || !item) return items;
  return items.map((one) => {
    const parsed = item.safeParse(one);
    if (parsed.success) return parsed.data;
    const where = parsed.error.issues[0]?.path.join('/') ?? '';
    throw lieIn(row, isPlain ? 'envelope' : 'opened', `消息内容不符合约定：${kind} /${where}`, kind);
  });
}

/**
 * The receipts of the peers. A receiver takes in order, without gaps: one up to a place says that everything before it is settled. What
 * it says of single messages and of its last one is compared.
 */
export function checkReceipts(
  rows: ReadonlyArray<{ row: Row; line: KindOfLine<'receipt'> }>,
  messages: readonly CheckedMessage[],
  directory: Directory,
): void {
  const told = new Map<string, ReceiptItem>();
  for (const { row, line } of rows) told.set(`${line.peer} ${line.incarnation}`, receiptIn(row, line, directory));
  for (const { row, line, bodyHash } of messages) {
    if (line.direction !== 'sent') continue;
    const receipt = told.get(`${line.peer} ${line.incarnation}`);
    const { sequence, outcome } = line;
    const isSettled = outcome !== null && outcome !== 'reissued';
    if (!receipt || sequence > receipt.upTo) {
      if (isSettled) throw lieIn(row, 'outcome', '没有回执说明它已经办理', 'null');
      continue;
    }
    if (!isSettled && outcome === null) throw lieIn(row, 'outcome', '回执说明它已经办理', 'an outcome');
    if (sequence === receipt.upTo && bodyHash !== receipt.hash)
      throw lieIn(row, 'envelope', '回执是为另一条消息出具的', `SHA-256 ${receipt.hash}`);
    const exception = receipt.exceptions.find((one) => one.sequence === sequence)?.outcome;
    // Parked and dead ones may have gone on since; a receipt of their own told how.
    if (
      isSettled &&
      sequence > receipt.after &&
      outcome !== (exception ?? 'applied') &&
      exception !== 'parked' &&
      exception !== 'dead'
    )
      throw lieIn(row, 'outcome', '办理结果与回执不符', JSON.stringify(exception ?? 'applied'));
  }
}

type ReceiptItem = z.output<typeof Receipt.item>;

function receiptIn(
  row: Row,
  { envelope, peer, incarnation }: KindOfLine<'receipt'>,
  directory: Directory,
): ReceiptItem {
  const { body } = signedBody(row, envelope, directory);
  const item = 'items' in body.data ? Receipt.item.safeParse(body.data.items[0]) : undefined;
  if (body.kind !== Receipt.kind || !item?.success) throw lieIn(row, 'envelope', '这不是回执', Receipt.kind);
  if (body.from !== (peer as NodeId) || body.to !== HUB) throw lieIn(row, 'peer', '回执不是这个节点出具的', body.from);
  if (item.data.incarnation !== incarnation)
    throw lieIn(row, 'incarnation', '回执是为另一个时期出具的', String(item.data.incarnation));
  return item.data;
}
