import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { NodeId } from './core/message.ts';
import { PageInput, PageOf } from './core/page.ts';
import { DifferenceKind, ministry, RepairFix, RepairState } from './national-audit.ts';

/** 学籍归属修复单 (B.3): what the national audit found to differ, as the ministry decides on it. */

const RepairRow = z.object({
  id: z.string(),
  kind: DifferenceKind,
  state: RepairState,
  fix: RepairFix,
  revision: z.int(),
  provinceName: z.string(),
  schoolName: z.string(),
  maskedName: z.string(),
  maskedStudentNumber: z.string(),
  foundAt: z.string(),
  decidedAt: z.string().nullable(),
});
export type RepairRow = z.infer<typeof RepairRow>;

const repairConditions = {
  kind: DifferenceKind.optional(),
  state: RepairState.optional(),
  province: NodeId.optional(),
};

export const listRepairs = endpoint({
  method: 'get',
  path: '/api/national-audit/repairs',
  title: '学籍归属修复单',
  access: ministry,
  input: PageInput.extend(repairConditions),
  output: PageOf(RepairRow),
});

/** What the conditions select, as the list shows it. */
export const exportRepairs = exportOf(listRepairs);

/** One side of the evidence, as lines of what is compared. */
const EvidenceSide = z.object({
  title: z.string(),
  /** Said instead of the items where there is nothing. */
  absence: z.string().nullable(),
  items: z.array(z.object({ label: z.string(), value: z.string(), differs: z.boolean() })),
});
export type EvidenceSide = z.infer<typeof EvidenceSide>;

export const RepairView = RepairRow.extend({
  sides: z.array(EvidenceSide),
  /** What the fix does, in a sentence, and what it changes. */
  proposal: z.string(),
  changes: z.array(z.object({ what: z.string(), before: z.string(), after: z.string() })),
  isFinal: z.boolean(),
  firstFoundAt: z.string(),
  lastFoundAt: z.string(),
  timesFound: z.int(),
  decidedBy: z.string().nullable(),
  opinion: z.string().nullable(),
  /** What became of it, in Chinese; null while nothing is to be said. */
  outcome: z.string().nullable(),
});
export type RepairView = z.infer<typeof RepairView>;

export const getRepair = endpoint({
  method: 'get',
  path: '/api/national-audit/repairs/one',
  title: '修复单详情',
  access: ministry,
  input: z.object({ id: z.string().max(64) }),
  output: RepairView,
  problems: ['not-found'],
});

const decision = z.object({ id: z.string().max(64), revision: z.int() });
export const acceptRepair = endpoint({
  method: 'post',
  path: '/api/national-audit/repairs/accept',
  title: '接受修复方案',
  access: ministry,
  input: decision,
  output: z.object({}),
  problems: ['not-found', 'illegal-move', 'stale-revision', 'identity-held'],
});

export const dismissRepair = endpoint({
  method: 'post',
  path: '/api/national-audit/repairs/dismiss',
  title: '不予处理修复单',
  access: ministry,
  input: decision.extend({ reason: z.string().trim().min(1, '请填写不予处理的原因').max(200) }),
  output: z.object({}),
  problems: ['not-found', 'illegal-move', 'stale-revision'],
});
