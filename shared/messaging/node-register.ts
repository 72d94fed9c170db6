import type { NodeId } from '../../contracts/core/message.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { PublicNodeKey } from '../../contracts/link.ts';
import type { Cursor, DirectoryDocument, DirectoryKey, DirectoryNode } from '../../contracts/link.ts';
import { must } from '../assert.ts';
import { afterCommit } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { publicPart } from '../signing/node-keys.ts';
import { saveDirectory, sendDirectory } from './admission.ts';
import { peersOf, signingKey } from './core.ts';
import type { Core } from './core.ts';
import { HUB, isUsable, signDirectory } from './directory.ts';
import type { Directory } from './directory.ts';
import { openEnvelope } from './envelope.ts';
import type { Handshake } from './handshake.ts';
import { newestStream } from './log.ts';
import type { MessagingTables } from './tables.ts';
import { loadDirectory } from './verify-log.ts';

/** What the ministry's operators decide about nodes, at the hub. Each is a new version of the directory, sent to all. */
export interface NodeRegister {
  /**
   * Admits the key that `node` asked for, when it is the one whose fingerprint the operator compared. A suspended node is
   * resumed by it.
   */
  approve(tx: AnyTx, node: NodeId, fingerprint: string): Promise<void>;
  /** Nothing of a suspended node is taken, until it is resumed. Throws `not-found`, `illegal-move`. */
  suspend(tx: AnyTx, node: NodeId): Promise<void>;
  resume(tx: AnyTx, node: NodeId): Promise<void>;
  /**
   * Ends a rollover: the key counts up to what was received. Throws `illegal-move` while the node still signs with it or
   * has no other, for one that has an end already, and for a key of the hub.
   */
  endKey(tx: AnyTx, keyId: string): Promise<void>;
  /**
   * A compromised key counts only up to what was received before. A node that has no other key is suspended with it, until
   * a new one is approved. Throws `illegal-move` for one that was revoked before, and for a key of the hub.
   */
  revokeKey(tx: AnyTx, keyId: string): Promise<void>;
  /** The first directory, or one with the hub's own new key. At start. */
  publishOwnKeys(tx: AnyTx): Promise<void>;
}

const always: Cursor = { incarnation: 0, sequence: 0 };

interface Office {
  core: Core;
  handshake: Handshake;
}

export function openNodeRegister(core: Core, handshake: Handshake): NodeRegister {
  const office: Office = { core, handshake };
  return {
    async approve(tx, node, fingerprint) {
      const db = tablesOf<MessagingTables>(tx);
      const asked = await db.selectFrom('enrolment').selectAll().where('node', '=', node).executeTakeFirst();
      if (!asked) throw new Problem('not-found', '没有待核准的密钥');
      if (asked.fingerprint !== fingerprint.trim().toLowerCase())
        throw new Problem('invalid-input', '指纹与节点上报的不一致');
      const stream = await newestStream(tx, 'received', node);
      const validFrom = stream ? { incarnation: stream.incarnation, sequence: stream.lastSequence + 1 } : always;
      const key: DirectoryKey = { ...PublicNodeKey.parse(JSON.parse(asked.key)), validFrom };
      const before = (await loadDirectory(tx)).node(node);
      const changed = { ...(before ?? { id: node, name: asked.name, keys: [] }), state: 'active' as const };
      await db.deleteFrom('enrolment').where('node', '=', node).execute();
      await publish(office, tx, { ...changed, keys: [...changed.keys, key] });
    },
    suspend: (tx, node) => setState(office, tx, node, 'suspended'),
    resume: (tx, node) => setState(office, tx, node, 'active'),
    async endKey(tx, keyId) {
      const node = must(keyId.split('/')[0], 'a key id');
      mustNotBeHub(node);
      const db = tablesOf<MessagingTables>(tx);
      const last = await db
        .selectFrom('message_log')
        .select('envelope')
        .where('direction', '=', 'received')
        .where('peer', '=', node)
        .orderBy('position', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (!last || openEnvelope(last.envelope).keyId === keyId)
        throw new Problem('illegal-move', '节点仍在使用这把密钥');
      const { key, owner, received } = await keyOf(tx, keyId);
      if (!isUsable(key)) throw new Problem('illegal-move', '这把密钥已经停用或作废');
      const keys = owner.keys.map((each) => (each.keyId === keyId ? { ...each, validTo: received } : each));
      if (!keys.some(isUsable)) throw new Problem('illegal-move', '节点没有其他可用的密钥');
      await publish(office, tx, { ...owner, keys });
    },
    async revokeKey(tx, keyId) {
      mustNotBeHub(must(keyId.split('/')[0], 'a key id'));
      const { key, owner, received } = await keyOf(tx, keyId);
      // Once more would let it count for what came after the first time.
      if (key.revokedAfter) throw new Problem('illegal-move', '这把密钥已经作废');
      const keys = owner.keys.map((each) => (each.keyId === keyId ? { ...each, revokedAfter: received } : each));
      const state = keys.some(isUsable) ? owner.state : 'suspended';
      await publish(office, tx, { ...owner, keys, state });
      if (state === 'suspended') afterCommit(tx, () => core.open.delete(owner.id));
    },
    async publishOwnKeys(tx) {
      const before = (await loadDirectory(tx)).node(HUB)?.keys ?? [];
      const added = core.keys.keys.filter((key) => !before.some((each) => each.keyId === key.keyId));
      if (added.length === 0) return;
      const keys = [...before, ...added.map((key) => ({ ...publicPart(key), validFrom: always }))];
      await publish(office, tx, { id: HUB, name: '中央节点', state: 'active', keys });
    },
  };
}

/** Nobody receives all that the hub signed, so there is no last place: its old keys stay, to verify what they signed. */
function mustNotBeHub(node: NodeId): void {
  if (node !== HUB) return;
  throw new Problem('illegal-move', '中央节点的密钥只能换用新密钥，不能在此停用或作废');
}

/** The next version, of the one in force in this commit: another decision of it may have changed the directory. */
async function publish(office: Office, tx: AnyTx, changed: DirectoryNode): Promise<void> {
  const { core } = office;
  const inForce = await loadDirectory(tx);
  const others = (inForce.document?.nodes ?? []).filter((node) => node.id !== changed.id);
  const sorted = [...others, changed].sort((a, b) => (a.id < b.id ? -1 : 1));
  const document: DirectoryDocument = { version: inForce.version + 1, nodes: sorted };
  const { keyId, signer } = signingKey(core);
  await saveDirectory(core, tx, document, signDirectory(document, keyId, signer));
  afterCommit(tx, () => {
    // Suspended nodes too: they read in it that they are.
    for (const { id } of sorted) if (id !== HUB) sendDirectory(core, id, core.directory.version - 1);
    for (const peer of peersOf(core)) if (!core.open.has(peer)) office.handshake.begin(peer);
  });
}

function known(directory: Directory, node: NodeId): DirectoryNode {
  const found = directory.node(node);
  if (!found) throw new Problem('not-found', '该节点尚未登记');
  return found;
}

async function setState(office: Office, tx: AnyTx, node: NodeId, state: DirectoryNode['state']): Promise<void> {
  const { core } = office;
  const before = known(await loadDirectory(tx), node);
  if (before.state === state || node === HUB) throw new Problem('illegal-move');
  await publish(office, tx, { ...before, state });
  if (state === 'suspended') afterCommit(tx, () => core.open.delete(node));
}

/** A key of the directory, the node that it belongs to, and how far that node's messages were received. */
async function keyOf(tx: AnyTx, keyId: string) {
  const directory = await loadDirectory(tx);
  const key = directory.key(keyId);
  if (!key) throw new Problem('not-found', '没有这把密钥');
  const owner = known(directory, key.node);
  const stream = await newestStream(tx, 'received', owner.id);
  const received: Cursor = { incarnation: stream?.incarnation ?? 0, sequence: stream?.lastSequence ?? 0 };
  return { key, owner, received };
}
