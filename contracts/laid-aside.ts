import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { NodeId } from './core/message.ts';
import { PageInput, PageOf } from './core/page.ts';
import { LoggedMessage } from './node.ts';

/** Messages that were received and not applied (H.5): dead, because they failed; parked, because they are newer than the node. */
export const LaidAsideOutcome = z.enum(['dead', 'parked']);
export type LaidAsideOutcome = z.infer<typeof LaidAsideOutcome>;

export const laidAsideTitles: Record<LaidAsideOutcome, string> = { dead: '无法处理', parked: '等待升级' };

export const LaidAside = LoggedMessage.pick({
  position: true,
  direction: true,
  peer: true,
  kind: true,
  messageId: true,
  incarnation: true,
  sequence: true,
  at: true,
}).extend({
  outcome: LaidAsideOutcome,
  laidAsideAt: z.string(),
  /** What went wrong, for whoever repairs it; of a message that the other side laid aside, what it says of it. */
  problem: z.string().nullable(),
});
export type LaidAside = z.infer<typeof LaidAside>;

const seen = { roles: ['ministry-operator', 'system-admin'], reach: 'self' } as const;
const run = { ...seen, levels: ['ministry', 'province'] } as const;
/** The place in this node's message log. */
const Position = z.int().min(1);

export const listLaidAside = endpoint({
  method: 'get',
  path: '/api/messages/laid-aside',
  title: '异常消息',
  access: seen,
  input: PageInput.extend({
    outcome: LaidAsideOutcome.optional(),
    direction: LoggedMessage.shape.direction.optional(),
    peer: NodeId.optional(),
    kind: z.string().max(64).optional(),
  }),
  output: PageOf(LaidAside),
});

export const exportLaidAside = exportOf(listLaidAside);

/** Applies the message now. What fails again stays as it is, and the answer says why. */
export const replayMessage = endpoint({
  method: 'post',
  path: '/api/messages/replay',
  title: '重新处理消息',
  access: run,
  input: z.object({ position: Position }),
  output: z.object({
    outcome: z.enum(['applied', 'refused', 'dead', 'parked']),
    problem: z.string().nullable(),
  }),
  problems: ['illegal-move'],
});

/** Gives a dead message up: its sender reads it as refused, for this reason. */
export const dropMessage = endpoint({
  method: 'post',
  path: '/api/messages/drop',
  title: '放弃消息',
  access: run,
  input: z.object({ position: Position, reason: z.string().trim().min(1).max(200) }),
  output: z.object({}),
  problems: ['illegal-move'],
});
