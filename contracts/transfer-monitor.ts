import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';
import { handlerRoles } from './orgs/roles.ts';
import { TransferKind } from './transfer-rules.ts';
import { Direction, TransferRow, TransferState } from './transfer.ts';

/** 跨省转学监控 of the ministry (features 18.7): how many stand where, who is slow, and 催办. */

/** How long open transfers have been under way, days since they were applied for: up to so many; `more` is beyond. */
export const AgeBucket = z.enum(['3', '7', '14', '30', 'more']);
export type AgeBucket = z.infer<typeof AgeBucket>;
export const ageBucketTitles: Record<AgeBucket, string> = {
  '3': '3 天以内',
  '7': '4–7 天',
  '14': '8–14 天',
  '30': '15–30 天',
  more: '30 天以上',
};

/** Over how many days back what has ended is counted. */
export const MonitorPeriod = z.enum(['30', '90', '365']);
export type MonitorPeriod = z.infer<typeof MonitorPeriod>;
export const monitorPeriodTitles: Record<MonitorPeriod, string> = {
  '30': '近 30 天',
  '90': '近 90 天',
  '365': '近一年',
};

/** From one province to another: how many are under way and late, how many were done in the period, and in how many days. */
export const ProvincePair = z.object({
  from: z.string(),
  fromName: z.string(),
  to: z.string(),
  toName: z.string(),
  open: z.int(),
  late: z.int(),
  done: z.int(),
  /** Whole days from the application to 办结; null when none was done. */
  medianDays: z.int().nullable(),
});
export type ProvincePair = z.infer<typeof ProvincePair>;

/** A unit whose turn it is. */
export const WaitingUnit = z.object({
  orgId: z.string(),
  orgName: z.string(),
  provinceName: z.string(),
  waiting: z.int(),
  late: z.int(),
  oldestSince: z.string(),
});
export type WaitingUnit = z.infer<typeof WaitingUnit>;

export const monitorTransfers = endpoint({
  method: 'get',
  path: '/api/transfers/monitor',
  title: '跨省转学监控',
  access: { roles: ['ministry-operator'], reach: 'subtree' },
  input: z.object({ kind: TransferKind.optional(), period: MonitorPeriod.default('90') }),
  output: z.object({
    /** Of open ones all, of ended ones those of the period. */
    states: z.array(z.object({ state: TransferState, total: z.int() })),
    ages: z.array(z.object({ bucket: AgeBucket, total: z.int() })),
    late: z.int(),
    pairs: z.array(ProvincePair),
    /** Who has waited longest first. */
    units: z.array(WaitingUnit),
  }),
});

/** One that is late, with why nobody may be urged of it now. */
export const LateTransferRow = TransferRow.extend({ reasonAgainstUrging: z.string().nullable() });
export type LateTransferRow = z.infer<typeof LateTransferRow>;

/** Over their days (`transferLimits`), the latest first. */
export const listLateTransfers = endpoint({
  method: 'get',
  path: '/api/transfers/late',
  title: '超期的跨省转学',
  access: { roles: ['ministry-operator'], reach: 'subtree' },
  input: PageInput.extend({ kind: TransferKind.optional() }),
  output: PageOf(LateTransferRow),
});

export const exportLateTransfers = exportOf(listLateTransfers);

/** 催办: told to the unit whose turn it is, at most once a working day and case. */
export const urgeTransfer = endpoint({
  method: 'post',
  path: '/api/transfers/urge',
  title: '催办跨省转学',
  access: { roles: ['ministry-operator'], reach: 'subtree' },
  input: z.object({ id: z.string(), words: z.string().trim().max(200).default('') }),
  output: z.object({ orgName: z.string(), at: z.string() }),
  problems: ['not-found', 'illegal-move'],
});

/** 统一平台, the first page of a handler: what they were urged to do, what is late below them, and what is under way. */
export const transferOverview = endpoint({
  method: 'get',
  path: '/api/transfers/overview',
  title: '统一平台概览',
  access: { roles: handlerRoles, reach: 'subtree' },
  input: z.object({}),
  output: z.object({
    /** What waits for the caller, and the ministry has urged. */
    urged: z.array(TransferRow),
    /** What waits for the caller, is not late yet, and half or more of its days are gone. */
    reminded: z.array(TransferRow),
    /** Of the caller's own school: the hand-over came to nothing, and nobody has applied for the pupil since. */
    failed: z.array(TransferRow),
    /** Late at a unit right below the caller's: whoever is above it sees to it. */
    escalated: z.array(TransferRow),
    counts: z.array(z.object({ kind: TransferKind, direction: Direction, open: z.int(), late: z.int() })),
  }),
});
