import type { z } from 'zod';
import { NodeId } from '../../contracts/core/message.ts';
import { Problem, problems } from '../../contracts/core/problems.ts';
import type { ProblemCode } from '../../contracts/core/problems.ts';
import {
  dropMessage,
  exportLaidAside,
  LaidAsideOutcome,
  listLaidAside,
  replayMessage,
} from '../../contracts/laid-aside.ts';
import { MessageProblem } from '../../contracts/link.ts';
import { assert } from '../assert.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { serve } from '../http/serve.ts';
import type { Call, Served } from '../http/serve.ts';
import { maskIdNumbers } from '../log.ts';
import { serveList } from '../query/exported-list.ts';
import { pageOf } from '../query/page-of.ts';
import type { LinkContext } from './link-endpoints.ts';
import { exceptionsInLog } from './log.ts';
import type { Place } from './replay.ts';
import { laidAsideSheet } from './sheet.ts';
import type { MessagingTables } from './tables.ts';

/** 异常消息, the same on every node: what was received and not applied, to be tried again or given up. */
export const laidAsideEndpoints: readonly Served<LinkContext>[] = [
  ...serveList(listLaidAside, exportLaidAside, {
    find: (context: LinkContext, _call, input) => list(context, input),
    sheet: laidAsideSheet,
  }),
  serve(replayMessage, (context: LinkContext, call: Call<never>, { position }) => replay(context, call, position)),
  serve(dropMessage, (context: LinkContext, call: Call<never>, input) => drop(context, call, input)),
];

async function list(
  { store }: LinkContext,
  input: z.output<typeof listLaidAside.input>,
): Promise<z.input<typeof listLaidAside.output>> {
  const { outcome, direction, peer, kind } = input;
  let query = exceptionsInLog(tablesOf<MessagingTables>(store.read))
    .select(['l.position', 'l.direction', 'l.peer', 'l.kind', 'l.messageId', 'l.incarnation', 'l.sequence'])
    .select(['l.at', 'e.outcome', 'e.problem', 'e.at as laidAsideAt'])
    .where('e.outcome', 'in', outcome ? [outcome] : LaidAsideOutcome.options);
  if (direction) query = query.where('e.direction', '=', direction);
  if (peer) query = query.where('e.peer', '=', peer);
  if (kind) query = query.where('l.kind', '=', kind);
  const { rows, total } = await pageOf(query, input, {
    sortable: { at: 'l.position' },
    defaultSort: '-at',
    unique: 'l.position',
  });
  return {
    total,
    rows: rows.map((row) => ({
      ...row,
      outcome: LaidAsideOutcome.parse(row.outcome),
      problem: row.problem && textOf(MessageProblem.parse(JSON.parse(row.problem))),
    })),
  };
}

function textOf({ code, detail }: MessageProblem): string {
  if (detail !== undefined) return maskIdNumbers(detail);
  return Object.hasOwn(problems, code) ? problems[code as ProblemCode].title : code;
}

async function replay(
  { messaging }: LinkContext,
  call: Call<never>,
  position: number,
): Promise<z.input<typeof replayMessage.output>> {
  return call.decide(async (tx: AnyTx, note) => {
    const { place, messageId } = await receivedAt(tx, position);
    const { outcome, problem } = await messaging.replayAt(tx, place);
    assert(outcome !== 'reissued', 'a received message is never re-issued');
    const text = problem ? textOf(problem) : null;
    note(messageId, `重新处理：${resultTitles[outcome]}${text ? `，${text.slice(0, 200)}` : ''}`);
    return { outcome, problem: text };
  });
}

const resultTitles = { applied: '已处理', refused: '已拒绝', dead: '仍无法处理', parked: '仍须等待升级' };

async function drop(
  { messaging }: LinkContext,
  call: Call<never>,
  input: z.output<typeof dropMessage.input>,
): Promise<Record<string, never>> {
  const reason = maskIdNumbers(input.reason);
  await call.decide(async (tx: AnyTx, note) => {
    const { place, messageId } = await receivedAt(tx, input.position);
    await messaging.dropDead(tx, place, reason);
    note(messageId, `放弃消息：${reason}`);
  });
  return {};
}

/** What the other side has laid aside is settled there. */
async function receivedAt(tx: AnyTx, position: number): Promise<{ place: Place; messageId: string }> {
  const row = await tablesOf<MessagingTables>(tx)
    .selectFrom('message_log')
    .select(['direction', 'peer', 'incarnation', 'sequence', 'messageId'])
    .where('position', '=', position)
    .executeTakeFirst();
  if (!row) throw new Problem('not-found', '没有这条消息');
  if (row.direction === 'sent') throw new Problem('illegal-move', '本节点发出的消息由对方节点处理');
  const { peer, incarnation, sequence, messageId } = row;
  return { place: { peer: NodeId.parse(peer), incarnation, sequence }, messageId };
}
