import { z } from 'zod';
import { ApplicationView, HistoryAct } from './application.ts';
import { endpoint } from './core/endpoint.ts';
import { TransferTerm } from './transfer-limit.ts';
import { Blocker } from './transfer-rules.ts';
import { TransferPupil, TransferReason, TransferRow, watchers } from './transfer.ts';

/** One case of the unified platform: the same for origin, destination and ministry (features 18.4). */

/** One step of either side: what was done, or whose turn it is, or what is still to come. */
export const TransferStep = z.object({
  side: z.enum(['destination', 'origin', 'system', 'ministry']),
  title: z.string(),
  orgName: z.string(),
  state: z.enum(['done', 'turn', 'ahead', 'stopped']),
  act: HistoryAct.nullable(),
  personName: z.string(),
  opinion: z.string(),
  at: z.string().nullable(),
  /** How long it took, or has waited so far. */
  tookMs: z.int().nullable(),
});
export type TransferStep = z.infer<typeof TransferStep>;
export const sideTitles: Record<TransferStep['side'], string> = {
  destination: '转入方',
  origin: '转出方',
  system: '系统',
  ministry: '教育部',
};

/** A message of the case, and how far it has come. */
export const PipeMessage = z.object({
  kind: z.string(),
  title: z.string(),
  from: z.string(),
  to: z.string(),
  /** Committed by the hub: written, or received and applied. */
  at: z.string(),
  /** What became of it at its receiver, by signed receipt; null: not yet known. */
  outcome: z.enum(['applied', 'refused', 'parked', 'dead']).nullable(),
});
export type PipeMessage = z.infer<typeof PipeMessage>;

/** What it waits for now: a person, a step that runs by itself, or something technical that people can know the name of. */
export const WaitingFor = z.object({ what: z.enum(['person', 'process', 'technical', 'nothing']), text: z.string() });
export type WaitingFor = z.infer<typeof WaitingFor>;

/** What changes of a case while people look at it. Nothing of the pupil is in it: it is read again whenever there is news. */
export const TransferProgress = z.object({
  standing: TransferRow.pick({
    state: true,
    turn: true,
    turnSince: true,
    dueOn: true,
    late: true,
    urgedAt: true,
    reminded: true,
    fault: true,
  }),
  /** What stands against it now, while it is parked or people decide. */
  blockers: z.array(Blocker),
  /** Null while it is parked. */
  application: ApplicationView.nullable(),
  /** The days of whose turn it is, by which rule; null while nobody's is. */
  term: TransferTerm.nullable(),
  steps: z.array(TransferStep),
  pipe: z.array(PipeMessage),
  waitingFor: WaitingFor,
  /** Why the caller may not withdraw it; null when they may. */
  reasonAgainstWithdrawing: z.string().nullable(),
  /** Why nobody is urged now; null when somebody may be. */
  reasonAgainstUrging: z.string().nullable(),
});
export type TransferProgress = z.infer<typeof TransferProgress>;

export const TransferCase = TransferProgress.extend({
  transfer: TransferRow,
  pupil: TransferPupil,
  reason: TransferReason,
  note: z.string(),
  appliedBy: z.string(),
});
export type TransferCase = z.infer<typeof TransferCase>;

export const getTransfer = endpoint({
  method: 'get',
  path: '/api/transfers/one',
  title: '跨省业务详情',
  access: { roles: watchers, reach: { one: 'transfer', from: 'id' } },
  input: z.object({ id: z.string() }),
  output: TransferCase,
  problems: ['not-found'],
  audited: true,
});

export const getTransferProgress = endpoint({
  method: 'get',
  path: '/api/transfers/progress',
  title: '跨省业务办理进度',
  access: { roles: watchers, reach: { one: 'transfer', from: 'id' } },
  input: z.object({ id: z.string() }),
  output: TransferProgress,
  problems: ['not-found'],
});
