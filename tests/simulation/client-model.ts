import { ask } from './ask.ts';
import type { Decision } from '../../contracts/application.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { groupBy } from '../../shared/group-by.ts';
import { holds } from './violation.ts';
import type { SimNode } from './sim-node.ts';
import type { Marks } from './marks.ts';

/** What an operator was told. `nothing`: the connection broke before an answer. */
export type Told = 'success' | 'failure' | 'nothing';

interface Ask {
  node: NodeId;
  atMs: number;
  told: Told;
}

interface SubmitAsk extends Ask {
  importId: string;
  rows: number;
}

interface DecideAsk extends Ask {
  /** Written into the history with the decision, and unique: tells whose step it is. */
  opinion: string;
  decision: Decision;
  account: string;
  /** One application as it was shown, or the task that decides many; undefined when there is none. */
  at: { application: string; revision: number } | { taskId: string | undefined };
}

/** One pupil's form was handed in: for the first time, or again after it came back. */
interface EnterAsk extends Ask {
  act: 'submit' | 'resubmit';
  application: string;
  /** Of the draft. */
  revision: number;
}

/** Something with an id that is known beforehand, or was told: a second click on what is there is told success too. */
interface ApplyAsk extends Ask {
  table: 'transfer' | 'key_change' | 'problem_handling' | 'in_province_transfer';
  id: string;
}

/** Between these instants of true time the backup was written. */
export interface BackupTime {
  beganMs: number;
  endedMs: number;
}

type Answered<A extends Ask> = A & { answeredMs: number };

/** What operators were told, and whether it is so (I20). */
export interface ClientModel {
  submitted(ask: SubmitAsk): void;
  decided(ask: DecideAsk): void;
  entered(ask: EnterAsk): void;
  applied(ask: ApplyAsk): void;
  check(node: SimNode): void;
  /**
   * A restore takes back what happened after the backup: nobody promised otherwise, operators enter it again. What happened while it
   * was written may be in it or not.
   */
  forgetAfter(node: NodeId, backup: BackupTime): void;
  /** How many answers a restore made untrue. */
  readonly lost: number;
}

export function openClientModel(marks: Marks, now: () => number): ClientModel {
  let submits: Answered<SubmitAsk>[] = [];
  let decisions: Answered<DecideAsk>[] = [];
  let entries: Answered<EnterAsk>[] = [];
  let applications: Answered<ApplyAsk>[] = [];
  let lost = 0;

  const answered = <A extends Ask>(ask: A): Answered<A> => ({ ...ask, answeredMs: now() });

  function checkSubmits({ id, db }: SimNode): void {
    const registered = ask(db, 'select count(*) as n from registration where importId = ?').pluck();
    const mine = submits.filter(({ node }) => node === id);
    for (const [importId, asks] of groupBy(mine, (one) => one.importId)) {
      const found = registered.get(importId) as number;
      const rows = asks[0]!.rows;
      const succeeded = asks.filter(({ told }) => told === 'success').length;
      holds(succeeded <= 1, 'I20', () => `${id}: ${importId} was submitted ${succeeded} times with success`);
      holds(found === 0 || found === rows, 'I20', () => `${id}: ${importId} has ${found} of ${rows} registrations`);
      if (succeeded === 1)
        holds(found === rows, 'I20', () => `${id}: told that ${importId} is registered, and it is not`);
      if (asks.every(({ told }) => told === 'failure'))
        holds(found === 0, 'I20', () => `${id}: told that ${importId} failed, and it is registered`);
      if (asks.length > 1 && succeeded === 1) marks.sometimes('a double click had one effect');
    }
  }

  function checkDecisions({ id, db }: SimNode): void {
    const steps = ask(db, 'select count(*) as n from application_step where opinion = ?').pluck();
    const task = ask(db, 'select state, done, failed from task where id = ?');
    for (const { node, told, opinion, at } of decisions) {
      if (node !== id) continue;
      const found = steps.get(opinion) as number;
      if (told === 'failure') {
        holds(found === 0, 'I20', () => `${id}: told that decision ${opinion} failed, and it has ${found} steps`);
      } else if ('application' in at) {
        const { application } = at;
        if (told === 'success') holds(found === 1, 'I20', () => `${id}: ${application}: ${found} steps of ${opinion}`);
        else if (found === 0) marks.sometimes('a decision was lost in a crash and the operator told nothing');
      } else if (at.taskId !== undefined) {
        const row = task.get(at.taskId) as { state: string; done: number; failed: number } | undefined;
        holds(row, 'I20', () => `${id}: the task ${at.taskId} is gone`);
        if (row.state === 'done')
          holds(
            found === row.done - row.failed,
            'I20',
            () => `${id}: task of ${opinion}: ${found} steps, ${JSON.stringify(row)}`,
          );
      }
    }
  }

  /** Of those who decided the same application as it stood, at most one is told success (I06). */
  function checkRivals({ id }: SimNode): void {
    const mine = decisions.filter(({ node, at }) => node === id && 'application' in at);
    for (const [key, asks] of groupBy(mine, ({ at }) => JSON.stringify(at))) {
      const succeeded = asks.filter(({ told }) => told === 'success');
      holds(succeeded.length <= 1, 'I06', () => `${id}: ${key} was decided ${succeeded.length} times`);
      const [winner] = succeeded;
      const isRival = (one: DecideAsk): boolean => one.told === 'failure' && one.account !== winner?.account;
      if (winner && asks.some((one) => isRival(one) && one.atMs === winner.atMs))
        marks.sometimes('two people decided the same application at once, and one of them did');
    }
  }

  function checkEntries({ id, db }: SimNode): void {
    const steps = ask(db, 'select count(*) as n from application_step where "applicationId" = ? and act = ?').pluck();
    const mine = entries.filter(({ node }) => node === id);
    for (const [key, asks] of groupBy(mine, ({ act, application }) => `${act} ${application}`)) {
      const found = steps.get(asks[0]!.application, asks[0]!.act) as number;
      const succeeded = asks.filter(({ told }) => told === 'success').length;
      const unknown = asks.filter(({ told }) => told === 'nothing').length;
      const isSo = succeeded <= found && found <= succeeded + unknown;
      holds(isSo, 'I20', () => `${id}: ${key}: ${found} steps, ${succeeded} were told success, ${unknown} nothing`);
      if (succeeded > 0) marks.sometimes(`a pupil's form was handed in (${asks[0]!.act})`);
    }
  }

  /** What somebody was told they had applied for is there, and what was refused is not. */
  function checkApplications({ id: node, db }: SimNode): void {
    const mine = applications.filter((one) => one.node === node);
    for (const [, asks] of groupBy(mine, ({ table, id }) => `${table} ${id}`)) {
      const { table, id } = asks[0]!;
      const there = ask(db, `select 1 from ${table} where id = ?`).get(id) !== undefined;
      if (asks.some(({ told }) => told === 'success'))
        holds(there, 'I20', () => `${node}: told that ${table} ${id} was applied for, and it is not there`);
      if (asks.every(({ told }) => told === 'failure'))
        holds(!there, 'I20', () => `${node}: told that ${table} ${id} was refused, and it is there`);
    }
  }

  return {
    get lost() {
      return lost;
    },
    submitted: (ask) => void submits.push(answered(ask)),
    decided: (ask) => void decisions.push(answered(ask)),
    entered: (ask) => void entries.push(answered(ask)),
    applied: (ask) => void applications.push(answered(ask)),
    check(node) {
      checkApplications(node);
      checkDecisions(node);
      checkRivals(node);
      if (node.id === 'hub') return;
      checkSubmits(node);
      checkEntries(node);
    },
    forgetAfter(node, { beganMs, endedMs }) {
      const isLost = (ask: Ask): boolean => ask.node === node && ask.atMs > endedMs;
      const isDoubtful = (ask: Answered<Ask>): boolean =>
        ask.node === node && ask.told === 'success' && ask.answeredMs >= beganMs;
      const remembered = <A extends Ask>(asks: readonly Answered<A>[]): Answered<A>[] =>
        asks.filter((ask) => !isLost(ask)).map((ask) => (isDoubtful(ask) ? { ...ask, told: 'nothing' as const } : ask));
      lost += [...submits, ...decisions, ...entries, ...applications].filter(
        (ask) => isLost(ask) && ask.told === 'success',
      ).length;
      submits = remembered(submits);
      entries = remembered(entries);
      applications = remembered(applications);
      // The task that decided many may be gone.
      decisions = remembered(decisions).filter(({ told, at }) => told !== 'nothing' || 'application' in at);
    },
  };
}
