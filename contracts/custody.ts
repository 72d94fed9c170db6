import { z } from 'zod';
import { message } from './core/message.ts';
import { RecordSummarised } from './national-index.ts';
import { Custody } from './student.ts';

/**
 * Custody reconciliation (学籍归属对账): hub and provinces compare, school by school, which records each of them holds
 * (docs/PROTOCOL.md, "Audit"). What is said here changes nothing but what a repair orders.
 */

/** What is compared of a record that is in custody of a province (`active`, or `sealed` while it is handed over). */
export const HeldRecord = z.object({
  studentId: z.string(),
  version: z.int(),
  studentNumber: z.string(),
  claimNo: z.int().nullable(),
  epoch: z.int(),
  custody: Custody,
});
export type HeldRecord = z.infer<typeof HeldRecord>;

/**
 * The text whose SHA-256 is the digest of a school: a line for each record in the order of the ids, a line feed between two. A record
 * that is sealed says so; the hub expects none.
 */
export function lineOf({ studentId, version, studentNumber, claimNo, custody }: HeldRecord): string {
  const line = `${studentId}|${version}|${studentNumber}|${claimNo ?? ''}`;
  return custody === 'active' ? line : `${line}|${custody}`;
}

/** The same of the records that have moved between provinces: how often. */
export function movedLineOf({ studentId, epoch }: HeldRecord): string {
  return `${studentId}|${epoch}`;
}

const run = z.string().max(64);
const schoolId = z.string().max(32);

/** Order: tell the digest of every school. */
export const TellDigests = message('custody.tell-digests', z.object({ run }));

const digests = {
  records: z.int(),
  digest: z.string().length(64),
  /** Of those that have moved between provinces; null: none has. */
  movedDigest: z.string().length(64).nullable(),
};

/** Fact: how many records of this school are in custody here, and their digests. Schools without any are not told. */
export const SchoolDigested = message('custody.digested', z.object({ run, schoolId, ...digests }));

/** Fact: these were all schools. */
export const DigestsTold = message('custody.digests-told', z.object({ run, schools: z.int(), records: z.int() }));

/** Order: tell the records of this school one by one; its digest is not the hub's. */
export const ListSchool = message('custody.list', z.object({ run, schoolId }));

/** Fact: a record of the school that was asked about. */
export const RecordListed = message('custody.listed', HeldRecord.extend({ run, schoolId }), { confidential: true });

/** Fact: these were all records of the school, with the digests of just these. */
export const SchoolListed = message('custody.school-listed', z.object({ run, schoolId, ...digests }));

/** Order: look once more at this pupil, in custody here or not. */
export const LookAgain = message('custody.look', z.object({ run, studentId: z.string() }));

/** What a province has of a pupil, for the evidence of a repair. */
export const FoundRecord = HeldRecord.extend({
  schoolId,
  schoolName: z.string(),
  maskedName: z.string(),
  changedAt: z.string(),
});
export type FoundRecord = z.infer<typeof FoundRecord>;

/** Fact: this is what there is of the pupil here; null when nothing is. */
export const RecordLooked = message(
  'custody.looked',
  z.object({ run, studentId: z.string(), record: FoundRecord.nullable() }),
  { confidential: true },
);

/** As the record stood when the repair was decided; null: there was none. Another one by now is not touched. */
const seen = z.object({ version: z.int(), epoch: z.int(), custody: Custody }).nullable();

/**
 * Order: put this record right. `tell`: the index hears again how it stands, above a version where one is named. `hold`: it is in
 * custody here, in this epoch. `release`: it is another province's. `claim-again`: it was lost, and is handed in again with
 * the number and claim that it had.
 */
export const RepairCustody = message(
  'custody.repair',
  z.object({
    repair: z.string(),
    studentId: z.string(),
    act: z.enum(['tell', 'hold', 'release', 'claim-again']),
    seen,
    epoch: z.int(),
    aboveVersion: z.int().nullable(),
    summary: RecordSummarised.item.nullable(),
  }),
  { confidential: true },
);
export type RepairAct = z.infer<typeof RepairCustody.item>['act'];

/** Fact: what became of the order; `changed-since`: the record was no longer as it had been seen, and nothing was done. */
export const CustodyRepaired = message(
  'custody.repaired',
  z.object({ repair: z.string(), outcome: z.enum(['done', 'changed-since']) }),
);
