import { sql } from 'kysely';
import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import {
  delayLevel,
  exportLinkAlarms,
  handleLinkAlarm,
  liftQuarantine,
  linkAlarmEvidence,
  LinkAlarmKind,
  listLinkAlarms,
  listLinks,
} from '../../contracts/link-health.ts';
import type { LinkHealth, Statement } from '../../contracts/link-health.ts';
import { isoTime } from '../clock.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import { serve, signatureOf } from '../http/serve.ts';
import type { Call, Served } from '../http/serve.ts';
import { maskIdNumbers } from '../log.ts';
import { serveList } from '../query/exported-list.ts';
import type { ListContext } from '../query/exported-list.ts';
import { pageOf } from '../query/page-of.ts';
import { holds, openEnvelope, sha256 } from './envelope.ts';
import { parseBody } from './incoming.ts';
import type { Messaging } from './messaging.ts';
import { alarmsSheet } from './sheet.ts';
import type { PeerStatus } from './status.ts';
import type { MessagingTables } from './tables.ts';
import { loadDirectory } from './verify-log.ts';

/** What businesses and operators see of the links, and what operators decide about them. */
export type LinkOperations = Pick<
  Messaging<never>,
  'hasAgreed' | 'status' | 'replayAt' | 'dropDead' | 'liftQuarantine'
>;
export type LinkContext = ListContext & { messaging: LinkOperations };

/** 链路告警, the same on every node: how each link is, what happened to it, and what an operator settles. */
export const linkEndpoints: readonly Served<LinkContext>[] = [
  serve(listLinks, (context: LinkContext) => links(context)),
  ...serveList(listLinkAlarms, exportLinkAlarms, {
    find: (context: LinkContext, _call, input) => alarms(context, input),
    sheet: alarmsSheet,
  }),
  serve(linkAlarmEvidence, (context: LinkContext, _: Call<never>, { id }) => evidence(context, id)),
  serve(handleLinkAlarm, (context: LinkContext, call: Call<never>, input) => handle(context, call, input)),
  serve(liftQuarantine, (context: LinkContext, call: Call<never>, input) => lift(context, call, input)),
];

async function links({ messaging, clock }: LinkContext): Promise<z.input<typeof listLinks.output>> {
  const { peers, unhandledAlarms } = await messaging.status();
  const nowMs = clock.now();
  return { links: peers.map((peer) => healthOf(peer, nowMs)), unhandledAlarms };
}

/** How a link is, as pages show it. */
export function healthOf(status: PeerStatus, nowMs: number): LinkHealth {
  const { peer, open, lastHeardAt, unacknowledged, waiting, oldestUnacknowledgedAt, parked, dead } = status;
  const oldestMs =
    oldestUnacknowledgedAt === undefined ? null : Math.max(0, nowMs - Date.parse(oldestUnacknowledgedAt));
  const silentMs = lastHeardAt === undefined ? null : nowMs - Date.parse(lastHeardAt);
  return {
    peer,
    open,
    lastHeardAt: lastHeardAt ?? null,
    unacknowledged: unacknowledged + waiting,
    oldestUnacknowledgedMs: oldestMs,
    delay: delayLevel(oldestMs),
    silence: delayLevel(silentMs),
    parked,
    dead,
    quarantined: status.quarantined ?? null,
  };
}

async function alarms(
  { store }: LinkContext,
  input: z.output<typeof listLinkAlarms.input>,
): Promise<z.input<typeof listLinkAlarms.output>> {
  const { peer, what, standing } = input;
  let query = tablesOf<MessagingTables>(store.read)
    .selectFrom('link_alarm')
    .select(['id', 'at', 'peer', 'what', 'detail', 'handledAt', 'handledBy', 'remark'])
    .select(sql<number>`coalesce(length(evidence), 0)`.as('evidenceBytes'));
  if (peer) query = query.where('peer', '=', peer);
  if (what) query = query.where('what', '=', what);
  if (standing) query = query.where('handledAt', standing === 'open' ? 'is' : 'is not', null);
  const { rows, total } = await pageOf(query, input, { sortable: { at: 'id' }, defaultSort: '-at', unique: 'id' });
  return { total, rows: rows.map((row) => ({ ...row, what: LinkAlarmKind.parse(row.what) })) };
}

async function evidence({ store }: LinkContext, id: number): Promise<z.input<typeof linkAlarmEvidence.output>> {
  const db = tablesOf<MessagingTables>(store.read);
  const alarm = await db.selectFrom('link_alarm').select(['peer', 'evidence']).where('id', '=', id).executeTakeFirst();
  if (!alarm?.evidence) throw new Problem('not-found', '该告警没有证据');
  const told = await statementOf(store.read, alarm.evidence);
  const kept = await db
    .selectFrom('message_log')
    .select(['position', 'at', 'envelope'])
    .where('direction', '=', 'received')
    .where('peer', '=', alarm.peer)
    .where('incarnation', '=', told.incarnation)
    .where('sequence', '<=', told.sequence)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!kept) return { told, kept: null };
  const { position, at, envelope } = kept;
  return { told, kept: { ...(await statementOf(store.read, envelope)), position, at } };
}

async function statementOf(db: AnyDb, envelope: Buffer): Promise<Statement> {
  const opened = openEnvelope(envelope);
  const { id, kind, incarnation, sequence, issuedAt, previous } = parseBody(opened);
  const key = (await loadDirectory(db)).key(opened.keyId);
  return {
    messageId: id,
    kind,
    incarnation,
    sequence,
    issuedAt,
    previous,
    keyId: opened.keyId,
    bytes: envelope.length,
    bodyHash: sha256(opened.payload).toString('hex'),
    signed: key !== undefined && holds(opened, key.verifier),
  };
}

async function handle(
  { clock }: LinkContext,
  call: Call<never>,
  { id, remark }: z.output<typeof handleLinkAlarm.input>,
): Promise<Record<string, never>> {
  await call.decide(async (tx: AnyTx, note) => {
    const db = tablesOf<MessagingTables>(tx);
    const alarm = await db
      .selectFrom('link_alarm')
      .select(['peer', 'handledAt'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (!alarm) throw new Problem('not-found', '没有这条告警');
    if (alarm.handledAt !== null) throw new Problem('illegal-move', '该告警已由他人处理');
    const kept = maskIdNumbers(remark);
    const settled = { handledAt: isoTime(clock.now()), handledBy: signatureOf(call.caller), remark: kept };
    await db.updateTable('link_alarm').set(settled).where('id', '=', id).execute();
    note(String(id), `${alarm.peer} 链路告警已处理：${kept}`);
  });
  return {};
}

async function lift(
  { messaging }: LinkContext,
  call: Call<never>,
  { peer, reason }: z.output<typeof liftQuarantine.input>,
): Promise<Record<string, never>> {
  await call.decide(async (tx: AnyTx, note) => {
    await messaging.liftQuarantine(tx, peer);
    note(peer, `解除隔离：${maskIdNumbers(reason)}`);
  });
  return {};
}
