import { ask, hasChanged } from './ask.ts';
import { ReleaseClaim } from '../../contracts/claim.ts';
import type { IdentityClaimed, IdentityVerified } from '../../contracts/claim.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { ReceivedMessage } from '../../shared/messaging/handlers.ts';
import type { z } from 'zod';
import type { Marks } from './marks.ts';
import type { SimNode } from './sim-node.ts';
import { holds } from './violation.ts';

type Claimed = z.output<typeof IdentityClaimed.item>;
type Verified = z.output<typeof IdentityVerified.item>;
type Released = z.output<typeof ReleaseClaim.item>;
type Evidence = { messageId: string } & ({ claimed: Claimed } | { verified: Verified } | { released: Released });

interface Row {
  id: string;
  importId: string | null;
  category: string;
  studentId: string;
  checkState: string;
  claimNo: number | null;
  studentNumber: string | null;
  state: string;
  revision: number;
}

/** Every change of a registration traces to a message in the log, or to a step of its history and an audit entry (I10). */
export interface RegistrationCheck {
  tried(node: NodeId, message: ReceivedMessage, items: readonly unknown[]): void;
  /** Own words that came back to a restored province. */
  recalled(node: NodeId, message: ReceivedMessage, items: readonly unknown[]): void;
  check(province: SimNode): void;
  restored(province: NodeId): void;
}

const columns = [
  'importId',
  'category',
  'studentId',
  'checkState',
  'claimNo',
  'studentNumber',
  'state',
  'revision',
] as const;
const asText = `r.id, r."importId", r.category, r."studentId", r."checkState", r."claimNo", r."studentNumber", a.state, a.revision`;
const from = 'registration r join application a on a.id = r.id';
type Step = { ordinal: number; act: string; account: string; at: string };

const query = `select ${asText} from ${from} order by r.id`;

export function openRegistrationCheck(marks: Marks): RegistrationCheck {
  const evidence = new Map<string, Evidence[]>();
  const before = new Map<NodeId, Map<string, Row>>();
  const texts = new Map<NodeId, Map<string, string>>();

  function checkChange({ id: node, db }: SimNode, old: Row | undefined, row: Row): void {
    const about = (): string => `${node}: registration ${row.id}: ${JSON.stringify([old, row])}`;
    if (!old) {
      const audited = ask(db, 'select 1 from audit_entry where subject = ? and action like ?');
      const submission = row.importId === null ? '%/entry/submit' : '%/imports/submit';
      holds(
        audited.get(row.importId ?? row.id, submission),
        'I10',
        () => `${about()}: no audit entry of its submission`,
      );
    }
    const first = row.category === 'none' ? 'not-needed' : 'unchecked';
    const steps = row.revision === (old?.revision ?? 0) ? [] : checkSteps(db, old?.revision ?? 0, row, about);
    const isAnew = !old || steps.some(({ act }) => act === 'resubmit');
    if (row.checkState !== old?.checkState && !(isAnew && row.checkState === first)) {
      holds(isToldBy(db, row), 'I10', () => `${about()}: no message tells this check state`);
      if (row.checkState === 'unchecked') marks.sometimes('a claim that was let go before a restore was made anew');
    }
    if (row.state === 'approved' && old?.state !== 'approved') {
      type Record = Pick<Row, 'studentNumber'> & { version: number };
      const student = ask(db, 'select "studentNumber", version from student where id = ?').get(row.studentId) as
        Record | undefined;
      const same = student !== undefined && student.studentNumber === row.studentNumber;
      holds(same, 'I10', () => `${about()}: approved without a record`);
      if (student.version > 1) marks.sometimes('a record that a restore had taken was made again under its number');
      marks.sometimes(
        `a registration was approved with a ${row.studentNumber?.startsWith('G') ? 'formal' : 'temporary'} number`,
      );
    }
  }

  function isToldBy(db: SimNode['db'], row: Row): boolean {
    const inLog = ask(db, `select 1 from message_log where "messageId" = ?`);
    return (evidence.get(row.id) ?? []).some((one) => tells(one, row) && inLog.get(one.messageId) !== undefined);
  }

  /** Answers the steps since `since`. */
  function checkSteps(db: SimNode['db'], since: number, row: Row, about: () => string): Step[] {
    const steps = ask(
      db,
      'select ordinal, act, account, at from application_step where "applicationId" = ? order by ordinal',
    ).all(row.id) as Step[];
    const whole = steps.length === row.revision && steps.every(({ ordinal }, index) => ordinal === index + 1);
    holds(whole, 'I10', () => `${about()}: its history has ${steps.length} steps`);
    const chain = ask(db, 'select json_array_length(chain) from application where id = ?')
      .pluck()
      .get(row.id) as number;
    const folded = foldOf(steps, chain);
    holds(folded === row.state, 'I06', () => `${about()}: its history says ${folded}: ${JSON.stringify(steps)}`);
    const both = checkerOfOwn(steps);
    holds(!both, 'I16', () => `${about()}: ${both} handed it in and reviewed it: ${JSON.stringify(steps)}`);
    for (const { act, account, at } of steps.slice(since)) {
      if (act === 'end') {
        // Approved before a restore; the record has been elsewhere and came back.
        const cameBack = `select 1 from student where id = ? and "studentNumber" = ? and epoch > 0`;
        const isRecord = ask(db, cameBack).get(row.studentId, row.studentNumber) !== undefined;
        holds(isRecord || row.checkState === 'dedup-failed', 'I10', () => `${about()}: ended by no rule`);
        marks.sometimes('a registration was ended after its dedup failed');
        continue;
      }
      const audited = ask(db, 'select 1 from audit_entry where account = ? and at = ?').get(account, at);
      holds(audited, 'I10', () => `${about()}: ${act} by ${account} without an audit entry`);
    }
    return steps.slice(since);
  }

  function keep(application: string, one: Evidence): void {
    evidence.set(application, [...(evidence.get(application) ?? []), one]);
  }

  return {
    recalled(_node, { id: messageId, kind }, items) {
      if (kind !== ReleaseClaim.kind) return;
      for (const released of items as Released[]) keep(released.application, { messageId, released });
    },
    tried(node, { id: messageId, kind }, items) {
      if (node === 'hub' || !kind.startsWith('identity.')) return;
      for (const item of items as Array<Claimed & Verified>) {
        keep(
          item.application,
          kind === 'identity.claimed' ? { messageId, claimed: item } : { messageId, verified: item },
        );
        if (item.verification === 'registry-unreachable')
          marks.sometimes('the population registry did not answer and the province was told');
      }
    },
    check(province) {
      const memory = texts.get(province.id) ?? new Map<string, string>();
      texts.set(province.id, memory);
      if (!hasChanged(province.db, memory, from, asText)) return;
      const rows = ask(province.db, query).all() as Row[];
      const known = before.get(province.id) ?? new Map<string, Row>();
      before.set(province.id, known);
      for (const row of rows) {
        const old = known.get(row.id);
        if (old && columns.every((key) => old[key] === row[key])) continue;
        checkChange(province, old, row);
        known.set(row.id, row);
      }
      // Every row is known by now: more than there are means that one is gone.
      holds(
        known.size === rows.length,
        'I10',
        () => `${province.id}: ${known.size - rows.length} registrations are gone`,
      );
    },
    restored(province) {
      before.delete(province);
      texts.delete(province);
    },
  };
}

function tells(one: Evidence, row: Row): boolean {
  if ('released' in one) return row.checkState === 'unchecked';
  if ('claimed' in one) {
    if (one.claimed.result === 'held') return row.checkState === 'dedup-failed';
    const granted = row.checkState === 'verifying' || row.checkState === 'passed';
    return granted && one.claimed.claimNo === row.claimNo;
  }
  const { verification } = one.verified;
  if (row.checkState === 'passed') return verification === 'verified';
  if (row.checkState === 'registry-unreachable') return verification === 'registry-unreachable';
  return row.checkState === 'verification-failed' && (verification === 'name-mismatch' || verification === 'not-found');
}

/** Where these steps lead with a chain of so many: nothing follows on an end, and nobody decides what was returned. */
function foldOf(steps: readonly Step[], chain: number): string {
  let state = '';
  let position = 0;
  for (const { act } of steps) {
    if (act === 'submit' && state === '') state = 'in-review';
    else if (act === 'resubmit' && state === 'returned') [state, position] = ['in-review', 0];
    else if (act === 'return' && state === 'in-review') state = 'returned';
    else if (act === 'end' && (state === 'in-review' || state === 'returned')) state = 'ended';
    else if ((act === 'approve' || act === 'report') && state === 'in-review')
      state = ++position === chain ? 'approved' : 'in-review';
    else return `${act} when it was ${state}`;
  }
  return state;
}

/** An account that both handed it in, at any time, and reviewed it afterwards. */
function checkerOfOwn(steps: readonly Step[]): string | undefined {
  const makers = new Set<string>();
  for (const { act, account } of steps) {
    if (act === 'submit' || act === 'resubmit') makers.add(account);
    else if ((act === 'approve' || act === 'return') && makers.has(account)) return account;
  }
  return undefined;
}
