import { sql } from 'kysely';
import type { MessageLine } from '../../contracts/case-bundle.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { StudentEventStep } from '../../contracts/packed-record.ts';
import type { Tx } from '../../shared/db/store.ts';
import { openEnvelope } from '../../shared/messaging/envelope.ts';
import type { HubDb } from '../schema.ts';
import type { TransferTable } from '../transfer/table.ts';

/** What goes into a bundle, as it stands in one decision; of the messages their places only, because bodies may be large. */
export interface Gathered {
  transfer: TransferTable;
  directories: { version: number; envelope: Buffer }[];
  messages: MessagePlace[];
  receipts: { peer: NodeId; incarnation: number; envelope: Buffer }[];
  steps: StudentEventStep[];
}

export type MessagePlace = Omit<MessageLine, 'line' | 'envelope' | 'opened'>;

export async function gather(tx: Tx<HubDb>, transfer: TransferTable): Promise<Gathered> {
  const messages = await messagesOf(tx, transfer.id);
  const steps = await tx
    .selectFrom('application_step')
    .select(['act', 'orgName', 'personName', 'opinion', 'at'])
    .where('applicationId', '=', transfer.id)
    .orderBy('ordinal')
    .execute();
  return {
    transfer,
    directories: await directoriesOf(tx),
    messages,
    receipts: await receiptsOf(tx, messages),
    steps,
  };
}

/** Of each key of the hub the last directory that it signed, the newest at the end: each is verified with the one before. */
async function directoriesOf(tx: Tx<HubDb>): Promise<Gathered['directories']> {
  const rows = await tx.selectFrom('node_directory').select(['version', 'envelope']).orderBy('version').execute();
  const keyIds = rows.map(({ envelope }) => openEnvelope(envelope).keyId);
  return rows.filter((_, index) => keyIds.lastIndexOf(keyIds[index]!) === index);
}

/** In two steps, so that each is answered from its partial index. */
async function messagesOf(tx: Tx<HubDb>, id: string): Promise<MessagePlace[]> {
  const handOver = await placesWhere(tx, id, sql<boolean>`l.kind >= 'record.' and l.kind < 'record/'`);
  const told = await placesWhere(tx, id, sql<boolean>`l.kind = 'transfer.told'`);
  return [...handOver, ...told].toSorted((a, b) => a.position - b.position);
}

async function placesWhere(tx: Tx<HubDb>, id: string, kinds: ReturnType<typeof sql<boolean>>) {
  const rows = await tx
    .selectFrom('message_log as l')
    .innerJoin('logged_message as m', 'm.position', 'l.position')
    .select(['l.position', 'l.direction', 'l.peer', 'l.incarnation', 'l.sequence', 'l.kind', 'l.at', 'm.outcome'])
    .where('l.cause', '=', id)
    .where('l.cause', 'is not', null)
    .where(kinds)
    .execute();
  return rows.map(({ position, direction, peer, incarnation, sequence, kind, at, outcome }): MessagePlace => {
    const place = { position, direction, peer, incarnation, sequence, kind, at };
    return { ...place, outcome: outcome === 'pending' ? null : outcome };
  });
}

/** The hub keeps the latest receipt of each stream. */
async function receiptsOf(tx: Tx<HubDb>, messages: readonly MessagePlace[]): Promise<Gathered['receipts']> {
  const streams = new Map<string, { peer: string; incarnation: number }>();
  for (const { direction, peer, incarnation } of messages)
    if (direction === 'sent') streams.set(`${peer} ${incarnation}`, { peer, incarnation });
  const receipts: Gathered['receipts'] = [];
  for (const { peer, incarnation } of streams.values()) {
    const found = await tx
      .selectFrom('stream')
      .select('receipt')
      .where('direction', '=', 'sent')
      .where('peer', '=', peer)
      .where('incarnation', '=', incarnation)
      .executeTakeFirst();
    if (found?.receipt) receipts.push({ peer, incarnation, envelope: found.receipt });
  }
  return receipts;
}
