import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { NodeId } from './core/message.ts';
import { PageInput, PageOf } from './core/page.ts';

/** Nodes as the hub sees them (H.4) and the message log (H.5). */
export const NodeState = z.enum(['awaiting-approval', 'active', 'suspended']);
export type NodeState = z.infer<typeof NodeState>;
export const nodeStateTitles: Record<NodeState, string> = {
  'awaiting-approval': '待核准',
  active: '已启用',
  suspended: '已停用',
};

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
  deadLetters: z.int(),
});
export type NodeHealth = z.infer<typeof NodeHealth>;

const ministry = { roles: ['ministry-operator'], reach: 'self' } as const;

export const listNodes = endpoint({
  method: 'get',
  path: '/api/nodes',
  title: '节点监控',
  access: ministry,
  input: z.object({}),
  output: z.object({ nodes: z.array(NodeHealth) }),
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
