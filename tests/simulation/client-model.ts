import { ask } from './ask.ts';
import type { Decision } from '../../contracts/application.ts';
import type { NodeId } from '../../contracts/core/message.ts';
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
  /** For one application; null when many were decided together. */
  application: string | null;
  taskId: string | null;
}

/** What operators were told, and whether it is so (I20). */
export interface ClientModel {
  submitted(ask: SubmitAsk): void;
  decided(ask: DecideAsk): void;
  check(node: SimNode): void;
  /** A restore takes back what happened after the backup: nobody promised otherwise, operators enter it again. */
  forgetAfter(node: NodeId, atMs: number): void;
  /** How many answers a restore made untrue. */
  readonly lost: number;
}

export function openClientModel(marks: Marks): ClientModel {
  let submits: SubmitAsk[] = [];
  let decisions: DecideAsk[] = [];
  let lost = 0;

  function checkSubmits({ id, db }: SimNode): void {
    const registered = ask(db, 'select count(*) as n from registration where importId = ?').pluck();
    const byImport = new Map<string, SubmitAsk[]>();
    for (const ask of submits) {
      if (ask.node !== id) continue;
      byImport.set(ask.importId, [...(byImport.get(ask.importId) ?? []), ask]);
    }
    for (const [importId, asks] of byImport) {
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
    for (const { node, told, opinion, application, taskId } of decisions) {
      if (node !== id) continue;
      const found = steps.get(opinion) as number;
      if (told === 'failure') {
        holds(found === 0, 'I20', () => `${id}: told that decision ${opinion} failed, and it has ${found} steps`);
      } else if (application !== null) {
        if (told === 'success') holds(found === 1, 'I20', () => `${id}: ${application}: ${found} steps of ${opinion}`);
        else if (found === 0) marks.sometimes('a decision was lost in a crash and the operator told nothing');
      } else if (taskId !== null) {
        const row = task.get(taskId) as { state: string; done: number; failed: number } | undefined;
        holds(row, 'I20', () => `${id}: the task ${taskId} is gone`);
        if (row.state === 'done')
          holds(
            found === row.done - row.failed,
            'I20',
            () => `${id}: task of ${opinion}: ${found} steps, ${JSON.stringify(row)}`,
          );
      }
    }
  }

  return {
    get lost() {
      return lost;
    },
    submitted: (ask) => void submits.push(ask),
    decided: (ask) => void decisions.push(ask),
    check(node) {
      if (node.id === 'hub') return;
      checkSubmits(node);
      checkDecisions(node);
    },
    forgetAfter(node, atMs) {
      const stays = (ask: Ask): boolean => ask.node !== node || ask.atMs < atMs;
      lost += [...submits, ...decisions].filter((ask) => !stays(ask) && ask.told === 'success').length;
      submits = submits.filter(stays);
      decisions = decisions.filter(stays);
    },
  };
}
