import { createHash } from 'node:crypto';
import { ask } from './ask.ts';
import type { SimNode } from './sim-node.ts';

const hubTables = [
  'identity_claim',
  'identity_claim_ended',
  'claim_counter',
  'claim_event',
  'national_record',
  'formal_number',
  'message_log',
];
const provinceTables = [
  'registration',
  'application',
  'application_step',
  'student',
  'problem_record',
  'message_log',
  'audit_entry',
];

/** What the nodes know of pupils, claims and messages, as one hash. */
export function digestOf(nodes: readonly SimNode[]): string {
  const hash = createHash('sha256');
  for (const { id, db } of nodes) {
    for (const table of id === 'hub' ? hubTables : provinceTables) {
      hash.update(`${id} ${table}\n`);
      for (const row of ask(db, `select * from ${table} order by 1, 2`).raw().iterate() as Iterable<unknown[]>)
        for (const value of row) hash.update(Buffer.isBuffer(value) ? value : `${typeof value} ${String(value)}\n`);
    }
  }
  return hash.digest('hex');
}
