import { DigestsTold, RecordListed, RecordLooked, SchoolDigested, SchoolListed } from '../../contracts/custody.ts';
import { maskName } from '../../contracts/people/names.ts';
import { digestOf } from '../../shared/custody/digest.ts';
import { breathe } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { SoonWork } from '../../shared/jobs/soon.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { findRecords, listHeldOf } from '../student/custody.ts';
import { endQuestion, nextQuestion } from './table.ts';

/** Records queued before the event loop may turn. */
const RECORDS_PER_TURN = 200;

/**
 * Answers what the hub has asked (docs/PROTOCOL.md, "Audit"), the oldest first. Digests are only where to look closer: they are
 * read beside the decisions, school by school. Records are read in the decision that tells them, in a commit of its own: all
 * that was told of them before stands before the answer in the stream, and nothing that is told later.
 */
export const answerQuestions: SoonWork<Province> = {
  name: 'answer-audit',
  async run(province) {
    for (;;) {
      const asked = await nextQuestion(province.store.read);
      if (!asked) return;
      const { run, question, position } = asked;
      const answer = question.about === 'digests' ? await digestsOf(province) : undefined;
      await province.store.decide(
        async (tx) => {
          if (question.about === 'school') await tellSchool(province, tx, run, question.schoolId);
          else if (question.about === 'pupils') await tellPupils(province, tx, run, question.studentIds);
          else await tellDigests(province, tx, run, answer ?? []);
          await endQuestion(tx, position);
        },
        { last: true },
      );
    }
  },
};

type SchoolDigest = { schoolId: string } & ReturnType<typeof digestOf>;

async function digestsOf({ store }: Province): Promise<SchoolDigest[]> {
  const schools = await store.read.selectFrom('org').select('id').where('level', '=', 'school').orderBy('id').execute();
  const digests: SchoolDigest[] = [];
  for (const { id: schoolId } of schools) {
    const held = await listHeldOf(store.read, schoolId);
    if (held.length > 0) digests.push({ schoolId, ...digestOf(held) });
  }
  return digests;
}

async function tellDigests(
  { outbox }: Province,
  tx: Tx<ProvinceDb>,
  run: string,
  digests: readonly SchoolDigest[],
): Promise<void> {
  for (const digest of digests) outbox.queue(tx, HUB, SchoolDigested, { run, ...digest }, { cause: run });
  const records = digests.reduce((sum, one) => sum + one.records, 0);
  outbox.queue(tx, HUB, DigestsTold, { run, schools: digests.length, records }, { cause: run });
}

async function tellSchool({ outbox }: Province, tx: Tx<ProvinceDb>, run: string, schoolId: string): Promise<void> {
  const held = await listHeldOf(tx, schoolId);
  for (const [index, record] of held.entries()) {
    outbox.queue(tx, HUB, RecordListed, { run, schoolId, ...record }, { cause: run });
    if (index % RECORDS_PER_TURN === 0) await breathe(tx);
  }
  outbox.queue(tx, HUB, SchoolListed, { run, schoolId, ...digestOf(held) }, { cause: run });
}

async function tellPupils(
  { outbox }: Province,
  tx: Tx<ProvinceDb>,
  run: string,
  studentIds: readonly string[],
): Promise<void> {
  const found = await findRecords(tx, studentIds);
  const byId = new Map(
    found.map(({ name, ...record }) => [record.studentId, { ...record, maskedName: maskName(name) }]),
  );
  for (const studentId of studentIds) {
    const record = byId.get(studentId) ?? null;
    outbox.queue(tx, HUB, RecordLooked, { run, studentId, record }, { cause: run });
  }
}
