import { must } from '../../shared/assert.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { ask } from './ask.ts';
import type { ObservedNode, ReadableNode } from './observed-node.ts';
import { holds } from './violation.ts';

/** What the two ends of a link have in their logs under one number is one message, byte by byte (I18). */
export function checkLogs(nodes: readonly ObservedNode[]): void {
  type Logged = { incarnation: number; sequence: number; envelope: Buffer };
  const sql = 'select incarnation, sequence, envelope from message_log where direction = ? and peer = ?';
  for (const from of nodes)
    for (const to of nodes) {
      if (from === to) continue;
      const sent = new Map(
        (ask(from.db, sql).all('sent', to.id) as Logged[]).map((one) => [`${one.incarnation}.${one.sequence}`, one]),
      );
      for (const { incarnation, sequence, envelope } of ask(to.db, sql).all('received', from.id) as Logged[]) {
        const place = `${incarnation}.${sequence}`;
        const mine = sent.get(place);
        holds(!mine || mine.envelope.equals(envelope), 'I18', () => `${from.id} → ${to.id} ${place} is two messages`);
      }
    }
}

/**
 * Nobody has what they have no right to (I17): nothing is left of hand-overs that have ended otherwise, a record from elsewhere came by
 * a hand-over, and what only the form says can be read in nobody's file. The telephone numbers of the pupils are the canaries.
 */
export function checkPersonalData(nodes: readonly ObservedNode[], provinces: readonly ReadableNode[]): void {
  for (const { id, db } of provinces) {
    const count = (sql: string): number => ask(db, sql).pluck().get() as number;
    const ended = `select transfer from hand_over where state in ('admitted', 'discarded', 'failed', 'undone', 'refused', 'moved')`;
    const kept = count(`select count(*) from hand_over where record is not null and state <> 'staged'`);
    const parts = count(`select count(*) from received_part where transfer in (${ended})`);
    const pictures = count(
      `select count(*) from evidence_file where "ownerKind" like 'hand-over%' and "ownerId" in (${ended})`,
    );
    holds(
      kept + parts + pictures === 0,
      'I17',
      () => `${id} keeps ${kept} records, ${parts} parts, ${pictures} pictures`,
    );
    const strangers = count(`select count(*) from student where epoch > 0 and not exists
      (select 1 from hand_over where "studentId" = student.id and state in ('admitted', 'moved', 'sealed'))`);
    holds(strangers === 0, 'I17', () => `${id} has ${strangers} records from elsewhere that were not handed over`);
  }
  const canaries = provinces.flatMap(telephonesOf);
  for (const { id, db } of nodes) {
    const bytes = db.serialize();
    for (const canary of canaries)
      holds(!bytes.includes(canary), 'I17', () => `a telephone number of a pupil stands in the file of ${id}`);
  }
}

function telephonesOf({ db, running }: ReadableNode): string[] {
  const { vault } = must(running, 'a node at rest').context;
  const forms = ask(db, 'select form from student_form').pluck().all() as Buffer[];
  return forms.flatMap((sealed) => {
    const { phone, member1Phone } = JSON.parse(vault.open(sealed)) as StudentForm;
    return [phone, member1Phone].filter((one) => one !== undefined && one.length >= 11) as string[];
  });
}

/** A case that has ended took no more messages than its steps need (L06), parts of the record and of pictures left out. */
const MESSAGES_PER_CASE_MAX = 40;

export function checkTraffic(hub: ObservedNode): void {
  const busiest = ask(
    hub.db,
    `select t.id, count(distinct l."messageId") as messages from transfer t
       join message_log l on l.cause = t.id and l.kind not in ('record.part', 'transfer.picture')
       group by t.id order by messages desc limit 1`,
  ).get() as { id: string; messages: number } | undefined;
  const messages = busiest?.messages ?? 0;
  holds(messages <= MESSAGES_PER_CASE_MAX, 'L06', () => `transfer ${busiest?.id} took ${messages} messages`);
}
