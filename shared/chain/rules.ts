import { applicationMoves, blockedReasons } from '../../contracts/application.ts';
import type {
  ApplicationState,
  Blocked,
  ChainStep,
  Decision,
  HistoryAct,
  WaitingAct,
} from '../../contracts/application.ts';
import { move } from '../../contracts/core/moves.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { Role } from '../../contracts/orgs/roles.ts';

/** An application as the rules see it: the row, with its chain parsed. */
export interface Application {
  id: string;
  kind: string;
  subject: string;
  /** The org that applied; `otherOrgId` the other school that it concerns, such as the one that a pupil leaves. */
  orgId: string;
  otherOrgId: string | null;
  groupKey: string;
  state: ApplicationState;
  revision: number;
  chain: ChainStep[];
  position: number;
  blocked: Blocked | null;
  turnSince: string;
  createdBy: string;
  createdAt: string;
  /** Who handed it in again after it had come back. */
  mendedBy: string[];
}

/** Who decides: no more of the caller than the rules need. */
export interface Decider {
  account: string;
  role: Role;
  org: { id: string };
}

/** The step whose turn it is; undefined when the application has ended or was returned to its applicant. */
export function currentStep(application: Application): ChainStep | undefined {
  return application.state === 'in-review' ? application.chain[application.position] : undefined;
}

/** Who applies for pupils, and so mends what comes back: the registrar of the school (glossary). */
const APPLICANT: Role = 'school-registrar';

/** Whose turn it is: the current step's, or of a returned application its applicant's; undefined when it has ended. */
export function turnOf(application: Application): { orgId: string; role: Role; act: WaitingAct } | undefined {
  if (application.state === 'returned') return { orgId: application.orgId, role: APPLICANT, act: 'mend' };
  return currentStep(application);
}

/** Why `decider` may not decide `application` now; undefined when they may. Shown on the greyed button, thrown by `decide`. */
export function reasonAgainstDeciding(application: Application, decider: Decider): Problem | undefined {
  const step = currentStep(application);
  if (!step) return new Problem('illegal-move', '申请已经办结或退回', { extra: { from: application.state } });
  if (step.orgId !== decider.org.id || step.role !== decider.role)
    return new Problem('illegal-move', `当前处理单位是${step.orgName}`);
  if (application.blocked) return new Problem('checks-not-done', blockedReasons[application.blocked]);
  if (step.act === 'review' && isMaker(application, decider.account)) return new Problem('maker-is-checker');
  return undefined;
}

/** Whoever has handed it in, first or again, is never who reviews it: also after taking over another duty. */
function isMaker({ createdBy, mendedBy }: Application, account: string): boolean {
  return createdBy === account || mendedBy.includes(account);
}

export interface Decided {
  application: Application;
  act: HistoryAct;
}

/**
 * One decision on the current step. Approving the last step ends the chain; approving any other hands the turn on;
 * returning gives it back to the applicant, or ends it where the business says so. A report (上报) can only be made, not
 * refused.
 */
export function decide(
  application: Application,
  decision: Decision,
  decider: Decider,
  at: string,
  refused: 'return' | 'refuse' = 'return',
): Decided {
  const reason = reasonAgainstDeciding(application, decider);
  if (reason) throw reason;
  const step = currentStep(application)!;
  const next = { ...application, revision: application.revision + 1, turnSince: at };
  if (decision === 'return') {
    if (step.act === 'report') throw new Problem('illegal-move', '上报环节不能退回，请由学校主管领导退回');
    return { application: { ...next, state: move(applicationMoves, refused, application.state) }, act: 'return' };
  }
  const position = application.position + 1;
  const last = position === application.chain.length;
  const state = last ? move(applicationMoves, 'approve', application.state) : application.state;
  return { application: { ...next, state, position }, act: step.act === 'report' ? 'report' : 'approve' };
}

/** Mended by its applicant and handed in again: the chain starts from its first step. */
export function resubmit(application: Application, account: string, blocked: Blocked | null, at: string): Application {
  const state = move(applicationMoves, 'resubmit', application.state);
  const mendedBy = [...new Set([...application.mendedBy, account])];
  return { ...application, state, blocked, mendedBy, position: 0, revision: application.revision + 1, turnSince: at };
}

/** Ended by a named rule, such as a failed dedup (features 1.9). */
export function end(application: Application, at: string): Application {
  const state = move(applicationMoves, 'end', application.state);
  return { ...application, state, revision: application.revision + 1, turnSince: at };
}

/** Taken back by its applicant, also after the last approval while its business says that it still can be. */
export function withdraw(application: Application, at: string): Application {
  const state = move(applicationMoves, 'withdraw', application.state);
  return { ...application, state, revision: application.revision + 1, turnSince: at };
}
