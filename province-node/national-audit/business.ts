import type { z } from 'zod';
import { ListSchool, LookAgain, RepairCustody, TellDigests } from '../../contracts/custody.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { groupBy } from '../../shared/group-by.ts';
import { soon } from '../../shared/jobs/soon.ts';
import { on } from '../../shared/messaging/handlers.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { answerQuestions } from './answer.ts';
import { repairOrdered } from './repair.ts';
import { noteQuestions } from './table.ts';
import type { AuditQuestion } from './table.ts';

/**
 * The province's part of the audit (H.9, B.3): it answers which records it has, and carries out what the ministry decides of
 * a difference. A question that comes twice is answered twice, which the hub takes once.
 */
export const nationalAudit: ProvinceBusiness = {
  name: 'national-audit',
  endpoints: [],
  messages: [
    on(TellDigests, digestsAsked),
    on(ListSchool, schoolsAsked),
    on(LookAgain, pupilsAsked),
    on(RepairCustody, repairOrdered),
  ],
};

type Asked<Kind extends { item: z.ZodType }> = ReadonlyArray<z.output<Kind['item']>>;

function digestsAsked(province: Province, tx: Tx<ProvinceDb>, items: Asked<typeof TellDigests>): Promise<void> {
  return ask(
    province,
    tx,
    items.map(({ run }) => ({ run, question: { about: 'digests' } })),
  );
}

function schoolsAsked(province: Province, tx: Tx<ProvinceDb>, items: Asked<typeof ListSchool>): Promise<void> {
  return ask(
    province,
    tx,
    items.map(({ run, schoolId }) => ({ run, question: { about: 'school', schoolId } })),
  );
}

function pupilsAsked(province: Province, tx: Tx<ProvinceDb>, items: Asked<typeof LookAgain>): Promise<void> {
  const byRun = groupBy(items, ({ run }) => run);
  return ask(
    province,
    tx,
    [...byRun].map(([run, asked]) => ({
      run,
      question: { about: 'pupils', studentIds: [...new Set(asked.map(({ studentId }) => studentId))] },
    })),
  );
}

/** Answered after the commit, and after a restart. */
async function ask(
  province: Province,
  tx: Tx<ProvinceDb>,
  questions: ReadonlyArray<{ run: string; question: AuditQuestion }>,
): Promise<void> {
  await noteQuestions(tx, questions);
  afterCommit(tx, () => void soon(province, answerQuestions));
}
