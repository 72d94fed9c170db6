import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { Sha256Hex } from './core/envelope.ts';
import { NodeId } from './core/message.ts';
import { PageInput, PageOf } from './core/page.ts';

/** How the links of a node to its peers are, and what its operators must see and settle (H.4, H.5). */

/** How late the oldest message without a receipt is, or the next word of a peer. Derived from its age alone: nothing is stored, nothing is missed. */
export const DelayLevel = z.enum(['minutes', 'hour', 'day']);
export type DelayLevel = z.infer<typeof DelayLevel>;

const MINUTE_MS = 60_000;
/** The longest first. */
const delaySteps: readonly { level: DelayLevel; fromMs: number }[] = [
  { level: 'day', fromMs: 24 * 60 * MINUTE_MS },
  { level: 'hour', fromMs: 60 * MINUTE_MS },
  { level: 'minutes', fromMs: 15 * MINUTE_MS },
];

export const delayTitles: Record<DelayLevel, string> = {
  minutes: '超过 15 分钟',
  hour: '超过 1 小时',
  day: '超过 24 小时',
};

/** Null while nothing waits, or not long enough to call anybody. */
export function delayLevel(oldestMs: number | null): DelayLevel | null {
  return delaySteps.find(({ fromMs }) => oldestMs !== null && oldestMs >= fromMs)?.level ?? null;
}

export const LinkHealth = z.object({
  peer: NodeId,
  /** Whether both sides agree where their streams stand; until then messages wait without a number. */
  open: z.boolean(),
  lastHeardAt: z.string().nullable(),
  unacknowledged: z.int(),
  oldestUnacknowledgedMs: z.int().nullable(),
  delay: DelayLevel.nullable(),
  /** The same for how long the peer was not heard: it knows what waits there, and cannot say so. */
  silence: DelayLevel.nullable(),
  parked: z.int(),
  dead: z.int(),
  /** Why nothing more is taken from the peer; null: it is. */
  quarantined: z.string().nullable(),
});
export type LinkHealth = z.infer<typeof LinkHealth>;

const seen = { roles: ['ministry-operator', 'system-admin'], reach: 'self' } as const;
/** What changes how the node works is for those who run it. */
const run = { ...seen, levels: ['ministry', 'province'] } as const;
const Reason = z.string().trim().min(1).max(200);

export const listLinks = endpoint({
  method: 'get',
  path: '/api/links',
  title: '节点链路',
  access: seen,
  input: z.object({}),
  output: z.object({ links: z.array(LinkHealth), unhandledAlarms: z.int() }),
});

export const LinkAlarmKind = z.enum(['equivocation', 'restored']);
export type LinkAlarmKind = z.infer<typeof LinkAlarmKind>;
export const linkAlarmTitles: Record<LinkAlarmKind, string> = {
  equivocation: '消息前后矛盾',
  restored: '启用新的代次',
};

export const LinkAlarm = z.object({
  id: z.int(),
  at: z.string(),
  peer: NodeId,
  what: LinkAlarmKind,
  detail: z.string(),
  /** Size of the kept envelope; 0 when the alarm has none. */
  evidenceBytes: z.int(),
  handledAt: z.string().nullable(),
  /** Account and name of who has settled it. */
  handledBy: z.string().nullable(),
  remark: z.string().nullable(),
});
export type LinkAlarm = z.infer<typeof LinkAlarm>;

export const AlarmStanding = z.enum(['open', 'handled']);
export type AlarmStanding = z.infer<typeof AlarmStanding>;
export const alarmStandingTitles: Record<AlarmStanding, string> = { open: '未处理', handled: '已处理' };

export const listLinkAlarms = endpoint({
  method: 'get',
  path: '/api/links/alarms',
  title: '链路告警',
  access: seen,
  input: PageInput.extend({
    peer: NodeId.optional(),
    what: LinkAlarmKind.optional(),
    standing: AlarmStanding.optional(),
  }),
  output: PageOf(LinkAlarm),
});

export const exportLinkAlarms = exportOf(listLinkAlarms);

/** What one signed message says of itself. What it carries stays closed. */
export const Statement = z.object({
  messageId: z.string(),
  kind: z.string(),
  incarnation: z.int(),
  sequence: z.int(),
  keyId: z.string(),
  /** As its sender says; information only. */
  issuedAt: z.string(),
  bytes: z.int(),
  bodyHash: Sha256Hex,
  previous: Sha256Hex,
  /** Whether the signature holds with the key of the directory in force. */
  signed: z.boolean(),
});
export type Statement = z.infer<typeof Statement>;

/** The message that was not taken, and the one of the log that it contradicts: at its own place, or just before it. */
export const linkAlarmEvidence = endpoint({
  method: 'get',
  path: '/api/links/alarms/evidence',
  title: '查看告警证据',
  access: seen,
  input: z.object({ id: z.coerce.number().int() }),
  output: z.object({
    told: Statement,
    kept: Statement.extend({ at: z.string(), position: z.int() }).nullable(),
  }),
});

export const handleLinkAlarm = endpoint({
  method: 'post',
  path: '/api/links/alarms/handle',
  title: '处理链路告警',
  access: run,
  input: z.object({ id: z.int(), remark: Reason }),
  output: z.object({}),
  problems: ['illegal-move'],
});

export const liftQuarantine = endpoint({
  method: 'post',
  path: '/api/links/lift-quarantine',
  title: '解除链路隔离',
  access: run,
  input: z.object({ peer: NodeId, reason: Reason }),
  output: z.object({}),
  problems: ['illegal-move'],
});
