import type { z } from 'zod';
import type { Kysely } from 'kysely';
import { Problem } from '../../contracts/core/problems.ts';
import type { DirectoryKey, DirectoryNode } from '../../contracts/link.ts';
import { approveNode, endNodeKey, listNodes, revokeNodeKey, suspendNode } from '../../contracts/node.ts';
import type { NodeHealth, NodeKeyView } from '../../contracts/node.ts';
import { PublicNodeKey } from '../../contracts/link.ts';
import { must } from '../../shared/assert.ts';
import type { Call } from '../../shared/http/serve.ts';
import { serve } from '../../shared/http/serve.ts';
import { maskIdNumbers } from '../../shared/log.ts';
import { HUB, isUsable } from '../../shared/messaging/directory.ts';
import { healthOf } from '../../shared/messaging/link-endpoints.ts';
import { loadDirectory } from '../../shared/messaging/verify-log.ts';
import { fingerprint } from '../../shared/signing/node-keys.ts';
import type { NodeBusiness } from '../../shared/node/start-node.ts';
import { recountWithout } from '../claim/recount.ts';
import { listAwaited } from '../claim/recount-table.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';

/** Heard within this time is online; nodes send a heartbeat every 20 seconds. */
export const ONLINE_MS = 60_000;

/** The nodes of the network (H.4): who they are, how they are, who is let in. */
export const node: NodeBusiness<Hub> = {
  name: 'node',
  endpoints: [
    serve(listNodes, list),
    serve(approveNode, approve),
    serve(suspendNode, suspend),
    serve(endNodeKey, endKey),
    serve(revokeNodeKey, revokeKey),
  ],
};

/** Every node of the directory but the hub, and those that ask to be let in; a node with a new key waits for approval again. */
async function list(hub: Hub): Promise<z.input<typeof listNodes.output>> {
  const db = hub.store.read;
  const status = await hub.messaging.status();
  const enrolments = await db.selectFrom('enrolment').selectAll().execute();
  const heard = await db.selectFrom('link_peer').select(['peer', 'lastHeardAt']).execute();
  const known = new Map((await directoryNodes(db)).map((one) => [one.id, one]));
  const nowMs = hub.clock.now();
  const ids = new Set([...known.keys(), ...enrolments.map((one) => one.node)]);
  const nodes = [...ids].toSorted().map((id): NodeHealth => {
    const asked = enrolments.find((one) => one.node === id);
    const listed = known.get(id);
    const key = asked ? PublicNodeKey.parse(JSON.parse(asked.key)) : must(newestOf(listed), 'a key of the node');
    const peer = status.peers.find((one) => one.peer === id);
    const link = peer && healthOf(peer, nowMs);
    const lastHeardAt = heard.find((one) => one.peer === id)?.lastHeardAt ?? null;
    return {
      node: id,
      name: must(listed?.name ?? asked?.name, 'the name of the node'),
      state: asked ? 'awaiting-approval' : must(listed?.state, 'the state of the node'),
      fingerprint: fingerprint(key),
      suite: key.suite,
      incarnation: peer?.incarnation ?? 0,
      lastHeardAt,
      online: lastHeardAt !== null && nowMs - Date.parse(lastHeardAt) <= ONLINE_MS,
      unacknowledged: link?.unacknowledged ?? 0,
      oldestUnacknowledgedMs: link?.oldestUnacknowledgedMs ?? null,
      delay: link?.delay ?? null,
      received: peer?.received ?? 0,
      sent: peer?.sent ?? 0,
      deadLetters: link?.dead ?? 0,
      parked: link?.parked ?? 0,
      quarantined: link?.quarantined ?? null,
      keys: keysOf(listed),
    };
  });
  const awaited = await listAwaited(db);
  const recount = awaited[0] ? { since: awaited[0].since, waitingFor: awaited.map((row) => row.province) } : null;
  return { nodes, recount };
}

/** Lets in the key whose fingerprint the operator compared; a suspended node is resumed by it, with no new key by the one it has. */
async function approve(
  hub: Hub,
  call: Call<HubDb>,
  input: z.output<typeof approveNode.input>,
): Promise<Record<string, never>> {
  await call.decide(async (tx, note) => {
    const asked = await tx.selectFrom('enrolment').select('node').where('node', '=', input.node).executeTakeFirst();
    const suspended = (await directoryNodes(tx)).find(({ id, state }) => id === input.node && state === 'suspended');
    if (suspended && !asked) {
      mustBeItsKey(suspended, input.fingerprint);
      await hub.messaging.nodes.resume(tx, input.node);
    } else {
      await hub.messaging.nodes.approve(tx, input.node, input.fingerprint);
    }
    const done = [asked && `核准指纹 ${input.fingerprint}`, suspended && '恢复已停用的节点'];
    note(input.node, done.filter(Boolean).join('，'));
  });
  return {};
}

/** The key of the node that people compare: its newest that nothing has ended. */
function newestOf(listed: DirectoryNode | undefined): DirectoryKey | undefined {
  return listed?.keys.findLast(isUsable) ?? listed?.keys.at(-1);
}

function keysOf(listed: DirectoryNode | undefined): NodeKeyView[] {
  const current = newestOf(listed);
  const keys = listed?.keys ?? [];
  return keys.toReversed().map((key) => ({
    keyId: key.keyId,
    suite: key.suite,
    fingerprint: fingerprint(key),
    state: key.revokedAfter ? 'revoked' : key.validTo ? 'ended' : key === current ? 'current' : 'older',
  }));
}

function mustBeItsKey(suspended: DirectoryNode, compared: string): void {
  const key = must(newestOf(suspended), 'a key of the node');
  if (!isUsable(key)) throw new Problem('illegal-move', '该节点没有可用的密钥，请等待其申请新密钥后再核准');
  if (fingerprint(key) === compared.trim().toLowerCase()) return;
  const detail = '指纹与节点现用的密钥不一致';
  throw new Problem('invalid-input', detail, { errors: [{ pointer: '/fingerprint', detail }] });
}

async function suspend(
  hub: Hub,
  call: Call<HubDb>,
  input: z.output<typeof suspendNode.input>,
): Promise<Record<string, never>> {
  await call.decide(async (tx, note) => {
    await hub.messaging.nodes.suspend(tx, input.node);
    await recountWithout(hub, tx, input.node);
    note(input.node, `停用原因：${input.reason}`);
  });
  return {};
}

async function endKey(
  hub: Hub,
  call: Call<HubDb>,
  { keyId, reason }: z.output<typeof endNodeKey.input>,
): Promise<Record<string, never>> {
  await call.decide(async (tx, note) => {
    await hub.messaging.nodes.endKey(tx, keyId);
    note(keyId, `停用密钥，原因：${maskIdNumbers(reason)}`);
  });
  return {};
}

async function revokeKey(
  hub: Hub,
  call: Call<HubDb>,
  { keyId, reason }: z.output<typeof revokeNodeKey.input>,
): Promise<Record<string, never>> {
  await call.decide(async (tx, note) => {
    await hub.messaging.nodes.revokeKey(tx, keyId);
    const owner = keyId.split('/')[0]!;
    if ((await loadDirectory(tx)).node(owner)?.state === 'suspended') await recountWithout(hub, tx, owner);
    note(keyId, `作废密钥，原因：${maskIdNumbers(reason)}`);
  });
  return {};
}

/** The nodes of the directory in force, without the hub. */
async function directoryNodes(db: Kysely<HubDb>): Promise<DirectoryNode[]> {
  const { document } = await loadDirectory(db);
  return document?.nodes.filter((one) => one.id !== HUB) ?? [];
}
