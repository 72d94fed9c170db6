import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { KeyId } from './core/envelope.ts';
import { NodeId } from './core/message.ts';
import { PageInput, PageOf } from './core/page.ts';
import { DelayLevel } from './link-health.ts';
import { SignatureSuite } from './link.ts';

/** Nodes as the hub sees them (H.4) and the message log (H.5). */
export const NodeState = z.enum(['awaiting-approval', 'active', 'suspended']);
export type NodeState = z.infer<typeof NodeState>;
export const nodeStateTitles: Record<NodeState, string> = {
  'awaiting-approval': '待核准',
  active: '已启用',
  suspended: '已停用',
};

/** How a key of the directory stands: `current` is the newest that nothing has ended, with which the node signs. */
export const NodeKeyState = z.enum(['current', 'older', 'ended', 'revoked']);
export type NodeKeyState = z.infer<typeof NodeKeyState>;
export const nodeKeyStateTitles: Record<NodeKeyState, string> = {
  current: '使用中',
  older: '已有新密钥',
  ended: '已停用',
  revoked: '已作废',
};

export const NodeKeyView = z.object({
  keyId: KeyId,
  suite: SignatureSuite,
  fingerprint: z.string(),
  state: NodeKeyState,
});
export type NodeKeyView = z.infer<typeof NodeKeyView>;

export const NodeHealth = z.object({
  node: NodeId,
  name: z.string(),
  state: NodeState,
  fingerprint: z.string(),
  suite: z.string(),
  incarnation: z.int(),
  lastHeardAt: z.string().nullable(),
  /** Whether it was heard within the last minute. */
  online: z.boolean(),
  /** Messages to it that it has not receipted, and the age of the oldest in milliseconds. */
  unacknowledged: z.int(),
  oldestUnacknowledgedMs: z.int().nullable(),
  received: z.int(),
  sent: z.int(),
  delay: DelayLevel.nullable(),
  deadLetters: z.int(),
  parked: z.int(),
  /** Why nothing more is taken from it; null: it is. */
  quarantined: z.string().nullable(),
  /** Those of the directory, newest first; none before the node is let in. */
  keys: z.array(NodeKeyView),
});
export type NodeHealth = z.infer<typeof NodeHealth>;

const ministry = { roles: ['ministry-operator'], reach: 'self' } as const;

export const listNodes = endpoint({
  method: 'get',
  path: '/api/nodes',
  title: '节点监控',
  access: ministry,
  input: z.object({}),
  output: z.object({
    nodes: z.array(NodeHealth),
    /** The hub was restored and decides no claims until these have told theirs. */
    recount: z.object({ since: z.string(), waitingFor: z.array(NodeId) }).nullable(),
  }),
});

export const approveNode = endpoint({
  method: 'post',
  path: '/api/nodes/approve',
  title: '核准节点指纹',
  access: ministry,
  input: z.object({ node: NodeId, fingerprint: z.string() }),
  output: z.object({}),
  problems: ['not-found', 'illegal-move', 'invalid-input'],
});

export const suspendNode = endpoint({
  method: 'post',
  path: '/api/nodes/suspend',
  title: '停用节点',
  access: ministry,
  input: z.object({ node: NodeId, reason: z.string().min(1).max(200) }),
  output: z.object({}),
  problems: ['not-found', 'illegal-move'],
});

const keyAct = { access: ministry, input: z.object({ keyId: KeyId, reason: z.string().trim().min(1).max(200) }) };

export const endNodeKey = endpoint({
  ...keyAct,
  method: 'post',
  path: '/api/nodes/end-key',
  title: '停用旧密钥',
  output: z.object({}),
  problems: ['illegal-move'],
});

export const revokeNodeKey = endpoint({
  ...keyAct,
  method: 'post',
  path: '/api/nodes/revoke-key',
  title: '作废密钥',
  output: z.object({}),
  problems: ['illegal-move'],
});

export const LoggedMessage = z.object({
  position: z.int(),
  direction: z.enum(['sent', 'received']),
  peer: NodeId,
  kind: z.string(),
  messageId: z.string(),
  incarnation: z.int(),
  sequence: z.int(),
  items: z.int(),
  bytes: z.int(),
  at: z.string(),
  /** For received: how it was applied. For sent: whether the other side has receipted it. */
  outcome: z.enum(['pending', 'applied', 'refused', 'parked', 'dead']),
  chainHash: z.string(),
});
export type LoggedMessage = z.infer<typeof LoggedMessage>;

/** A parked message is newer than its receiver, which applies it after its upgrade. */
export const messageOutcomeTitles: Record<LoggedMessage['outcome'], string> = {
  pending: '等待回执',
  applied: '已处理',
  refused: '已拒绝',
  parked: '等待升级',
  dead: '无法处理',
};
export const messageDirectionTitles: Record<LoggedMessage['direction'], string> = { sent: '发送', received: '接收' };

export const listMessages = endpoint({
  method: 'get',
  path: '/api/messages',
  title: '消息日志',
  access: { roles: ['ministry-operator', 'system-admin'], reach: 'self' },
  input: PageInput.extend({
    direction: z.enum(['sent', 'received']).optional(),
    peer: NodeId.optional(),
    kind: z.string().max(64).optional(),
    messageId: z.string().max(64).optional(),
    outcome: LoggedMessage.shape.outcome.optional(),
  }),
  output: PageOf(LoggedMessage),
});

export const exportMessages = exportOf(listMessages);

export const verifyMessageLog = endpoint({
  method: 'post',
  path: '/api/messages/verify',
  title: '校验消息日志',
  access: { roles: ['ministry-operator', 'system-admin'], reach: 'self' },
  input: z.object({}),
  output: z.object({
    entries: z.int(),
    head: z.string(),
    firstBroken: z.object({ position: z.int(), reason: z.string() }).nullable(),
  }),
});
