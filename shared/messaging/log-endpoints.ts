import type { z } from 'zod';
import { exportMessages, listMessages, verifyMessageLog } from '../../contracts/node.ts';
import { tablesOf } from '../db/tables-of.ts';
import { serve } from '../http/serve.ts';
import type { Call, HttpContext, Served } from '../http/serve.ts';
import { serveList } from '../query/exported-list.ts';
import type { ListContext } from '../query/exported-list.ts';
import { pageOf } from '../query/page-of.ts';
import { messagesSheet } from './sheet.ts';
import type { MessagingTables } from './tables.ts';
import { loadDirectory, verifyLog } from './verify-log.ts';

/** 消息日志 (H.5), the same on every node: search, and prove that nobody has changed it. What was said stays sealed. */
export const logEndpoints: readonly Served<ListContext>[] = [
  ...serveList(listMessages, exportMessages, {
    find: (context: ListContext, _call, input) => list(context, input),
    sheet: messagesSheet,
  }),
  serve(verifyMessageLog, (context: HttpContext, call: Call<never>) => verify(context, call)),
];

async function list(
  context: HttpContext,
  input: z.output<typeof listMessages.input>,
): Promise<z.input<typeof listMessages.output>> {
  const { direction, peer, kind, messageId, outcome } = input;
  let query = tablesOf<MessagingTables>(context.store.read).selectFrom('logged_message').selectAll();
  if (direction) query = query.where('direction', '=', direction);
  if (peer) query = query.where('peer', '=', peer);
  if (kind) query = query.where('kind', '=', kind);
  if (messageId) query = query.where('messageId', '=', messageId);
  if (outcome) query = query.where('outcome', 'in', outcome === 'applied' ? ['applied', 'reissued'] : [outcome]);
  const page = await pageOf(query, input, {
    sortable: { position: 'position', at: 'position' },
    defaultSort: '-position',
    unique: 'position',
  });
  return {
    total: page.total,
    // Said again after a restore: it had its effect the first time.
    rows: page.rows.map((row) => ({ ...row, outcome: row.outcome === 'reissued' ? 'applied' : row.outcome })),
  };
}

async function verify(context: HttpContext, call: Call<never>): Promise<z.input<typeof verifyMessageLog.output>> {
  const verdict = await verifyLog(context.store.read, await loadDirectory(context.store.read));
  const { entries, firstBroken } = verdict;
  await call.decide(async (_tx, note) => {
    note('', firstBroken ? `第${firstBroken.position}条：${firstBroken.reason}` : `完整，共${entries}条`);
  });
  return verdict;
}
