import { mkdtempSync, rmSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Generated } from 'kysely';
import { z } from 'zod';
import { message } from '../../contracts/core/message.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { SignatureSuite } from '../../contracts/link.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import type { NodeContext } from '../../shared/context.ts';
import { openStore } from '../../shared/db/store.ts';
import type { Store, Tx } from '../../shared/db/store.ts';
import { silentLog } from '../../shared/log.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import { on } from '../../shared/messaging/handlers.ts';
import type { Handler } from '../../shared/messaging/handlers.ts';
import type { Link } from '../../shared/messaging/link.ts';
import { openMessaging } from '../../shared/messaging/messaging.ts';
import type { Messaging, MessagingOptions } from '../../shared/messaging/messaging.ts';
import { addAlarmHandling, createMessagingTables, keepCauses } from '../../shared/messaging/tables.ts';
import type { MessagingTables } from '../../shared/messaging/tables.ts';
import { idsFrom, systemRandom } from '../../shared/random.ts';
import { createNodeKeys, fingerprint } from '../../shared/signing/node-keys.ts';
import type { NodeKeys } from '../../shared/signing/node-keys.ts';
import { openVault } from '../../shared/signing/vault.ts';

/** Nodes with nothing but messaging and a notebook, for the tests of messaging: real files, real signatures. */
export interface LinkDb extends MessagingTables {
  note: { position: Generated<number>; text: string };
}

export const Note = message('test.note', z.object({ text: z.string() }));
export const Secret = message('test.secret', z.object({ text: z.string() }), { confidential: true });

export interface LinkNode {
  id: NodeId;
  file: string;
  keys: NodeKeys;
  store: Store<LinkDb>;
  messaging: Messaging<NodeContext<LinkDb>>;
  link: Link;
  /** Queues one item in a decision of its own. */
  say(to: NodeId, text: string, kind?: typeof Note): Promise<void>;
  notes(): Promise<string[]>;
  stop(): Promise<void>;
}

export interface NodeSetup {
  id: NodeId;
  link: Link;
  keys?: NodeKeys;
  suite?: SignatureSuite;
  hubKeys?: NodeKeys;
  file?: string;
  handlers?: ReadonlyArray<Handler<NodeContext<LinkDb>>>;
  options?: Partial<Pick<MessagingOptions<NodeContext<LinkDb>, LinkDb>, 'clock' | 'random' | 'failpoint' | 'log'>>;
}

export async function writeNote(tx: Tx<LinkDb>, text: string): Promise<void> {
  await tx.insertInto('note').values({ text }).execute();
}

const writeNotes = [Note, Secret].map((kind) =>
  on(kind, async (_: NodeContext<LinkDb>, tx: Tx<LinkDb>, items) => {
    for (const { text } of items) await writeNote(tx, text);
  }),
);

export async function openLinkNode(setup: NodeSetup): Promise<LinkNode> {
  const { id, link } = setup;
  const file = setup.file ?? join(mkdtempSync(join(tmpdir(), 'xueji-link-')), 'node.db');
  const fresh = setup.file === undefined;
  const random = setup.options?.random ?? systemRandom;
  const clock = setup.options?.clock ?? systemClock;
  const keys = setup.keys ?? createNodeKeys(id, random, setup.suite);
  const store = openStore<LinkDb>(file);
  if (fresh) {
    await store.decide(async (tx) => {
      await createMessagingTables(tx);
      await addAlarmHandling(tx);
      await keepCauses(tx);
      await tx.schema
        .createTable('note')
        .addColumn('position', 'integer', (column) => column.primaryKey())
        .addColumn('text', 'text')
        .execute();
    });
  }
  const parts = { node: id, store, clock, random, ids: idsFrom(clock, random), log: silentLog, ...setup.options };
  const trust = setup.hubKeys ? { hubFingerprint: fingerprint(setup.hubKeys.keys[0]!) } : {};
  const messaging = openMessaging<NodeContext<LinkDb>, LinkDb>({
    ...parts,
    ...trust,
    keys,
    link,
    name: `节点 ${id}`,
    handlers: setup.handlers ?? writeNotes,
  });
  const context = { ...parts, outbox: messaging.outbox, vault: openVault(random.bytes(32), random) };
  await messaging.start(context);
  return {
    id,
    file,
    keys,
    store,
    messaging,
    link,
    say: (to, text, kind = Note) => store.decide(async (tx) => messaging.outbox.queue(tx, to, kind, { text })),
    async notes() {
      const rows = await store.read.selectFrom('note').select('text').orderBy('position').execute();
      return rows.map((row) => row.text);
    },
    async stop() {
      await messaging.stop();
      await link.close();
      await store.close();
    },
  };
}

/** The operator at the hub compares the fingerprint and approves. */
export async function approve(hub: LinkNode, province: LinkNode): Promise<void> {
  await eventually(async () => {
    const asked = await hub.store.read.selectFrom('enrolment').selectAll().where('node', '=', province.id).execute();
    return asked.length === 1;
  });
  const mark = fingerprint(province.keys.keys.at(-1)!);
  await hub.store.decide((tx) => hub.messaging.nodes.approve(tx, province.id, mark));
}

export async function opened(...nodes: LinkNode[]): Promise<void> {
  await eventually(async () => {
    const states = await Promise.all(nodes.map((node) => node.messaging.status()));
    return states.every((state) => state.peers.length > 0 && state.peers.every((peer) => peer.open));
  });
}

/** A hub and provinces that know each other, on links from `join`. */
export async function openLinkWorld(
  join: (node: NodeId) => Link | Promise<Link>,
  provinces: readonly NodeId[],
  suite?: SignatureSuite,
): Promise<{ hub: LinkNode; provinces: LinkNode[] }> {
  const hub = await openLinkNode({ id: HUB, link: await join(HUB), ...(suite && { suite }) });
  const nodes: LinkNode[] = [];
  for (const id of provinces) {
    const node = await openLinkNode({ id, link: await join(id), hubKeys: hub.keys, ...(suite && { suite }) });
    await approve(hub, node);
    nodes.push(node);
  }
  await opened(hub, ...nodes);
  return { hub, provinces: nodes };
}

/** What was on disk at this moment, as a backup keeps it. */
export async function backupOf(node: LinkNode): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'xueji-backup-')), 'node.db');
  await node.store.backup(file);
  return file;
}

export function restored(backup: string): string {
  const file = `${backup}.restored`;
  rmSync(file, { force: true });
  copyFileSync(backup, file);
  return file;
}

export async function eventually(holds: () => boolean | Promise<boolean>, withinMs = 8_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`still not so after ${withinMs} ms: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A link whose sending passes through `tap`, which may drop, change, double or delay. */
export function tapped(
  link: Link,
  tap: (to: NodeId, kind: string, bytes: Uint8Array, send: Link['send']) => void,
): Link {
  return { ...link, send: (to, kind, bytes) => tap(to, kind, bytes, link.send.bind(link)) };
}

/** Fifty times as fast: retries and backoffs of minutes in seconds. */
export const fastClock: Clock = {
  now: () => systemClock.now(),
  after: (delayMs, work) => systemClock.after(delayMs / 50, work),
};
