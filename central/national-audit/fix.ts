import { RepairCustody } from '../../contracts/custody.ts';
import type { FoundRecord, RepairAct } from '../../contracts/custody.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { idCategoryOf } from '../../contracts/people/id-document.ts';
import type { IdType } from '../../contracts/codes/id-type.ts';
import type { ClaimCategory } from '../../contracts/claim.ts';
import type { RecordSummarised } from '../../contracts/national-index.ts';
import type { z } from 'zod';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { categoryCodes, endClaims, findClaims, moveClaim, saveNewClaims } from '../claim/table.ts';
import type { Hub } from '../context.ts';
import { RenumberRecord } from '../../contracts/problem-group.ts';
import { listRecords, moveRecord } from '../national-index/table.ts';
import type { NationalRecordTable } from '../national-index/table.ts';
import { groupDuplicates } from '../problem-record/duplicates.ts';
import { standAgainst } from '../problem-record/open.ts';
import type { HubDb } from '../schema.ts';
import { claimsFollow } from '../transfer/holder.ts';
import { saveHolder } from '../transfer/table.ts';
import type { HubRecord, Suspicion } from './rules.ts';
import { tellAudit } from './news.ts';
import { bearersOf } from './same-number.ts';
import type { RepairTable } from './table.ts';

interface Decided {
  /** Null: by itself. */
  decidedBy: string | null;
}

interface Fixing {
  hub: Hub;
  tx: Tx<HubDb>;
  repair: RepairTable;
  suspicion: Suspicion;
}

/** What a fix does, in the decision that accepts it: at the hub, or by an order to the province. Answers how it stands then. */
const fixes: Record<RepairTable['fix'], (fixing: Fixing) => Promise<Pick<RepairTable, 'state' | 'outcome'>>> = {
  'tell-again': async (fixing) => order(fixing, 'tell', { epoch: 0, aboveVersion: null }),
  'tell-above': async (fixing) => order(fixing, 'tell', { epoch: 0, aboveVersion: hubOf(fixing).version }),
  'hold-again': async (fixing) => {
    const { epoch, version } = hubOf(fixing);
    return order(fixing, 'hold', { epoch, aboveVersion: version });
  },
  release: async (fixing) => order(fixing, 'release', { epoch: hubOf(fixing).epoch, aboveVersion: null }),
  assign,
  'correct-epoch': correctEpoch,
  'claim-again': claimAgain,
  'end-claim': endClaim,
  'restore-claim': restoreClaim,
  'move-claim': async ({ tx, repair, suspicion }) => {
    const hub = must(suspicion.hub, 'the summary');
    const { schoolId, schoolName } = hub;
    await moveClaim(tx, must(hub.claimNo, 'the claim'), { province: repair.province, schoolId, schoolName });
    return doneHere;
  },
  'open-group': async ({ hub, tx, suspicion: { studentId, identityShared } }) => {
    await groupDuplicates(hub, tx, [studentId, ...identityShared]);
    return { state: 'repaired', outcome: '已列为问题学籍，由各学校按问题学籍办理' };
  },
  renumber,
  'by-people': async () => ({ state: 'ordered', outcome: '已转相关省办理，处理完毕后由下次核对确认' }),
};

const doneHere = { state: 'repaired', outcome: '国家平台已更正，待下次核对确认' } as const;

/** Throws `identity-held` where the document has another's claim by now. */
export async function carryOut(hub: Hub, tx: Tx<HubDb>, repair: RepairTable, { decidedBy }: Decided): Promise<void> {
  const suspicion = JSON.parse(repair.evidence) as Suspicion;
  const { state, outcome } = await fixes[repair.fix]({ hub, tx, repair, suspicion });
  await tx
    .updateTable('custody_repair')
    .set({ state, outcome, decidedBy, decidedAt: isoTime(hub.clock.now()), revision: repair.revision + 1 })
    .where('id', '=', repair.id)
    .execute();
  await tellAudit(hub, tx);
}

const hubOf = ({ suspicion }: Fixing): HubRecord => must(suspicion.hub, 'the summary of the pupil');

/** As the province to be put right has answered; null: it has nothing of the pupil. */
function seenAt({ repair, suspicion }: Fixing): FoundRecord | null {
  return suspicion.answers.find(({ province }) => province === repair.province)?.record ?? null;
}

function order(
  fixing: Fixing,
  act: RepairAct,
  { epoch, aboveVersion }: { epoch: number; aboveVersion: number | null },
  summary: z.input<typeof RecordSummarised.item> | null = null,
): { state: 'ordered'; outcome: string } {
  const { hub, tx, repair } = fixing;
  const record = seenAt(fixing);
  const seen = record && { version: record.version, epoch: record.epoch, custody: record.custody };
  const { id, studentId } = repair;
  hub.outbox.queue(tx, repair.province, RepairCustody, {
    repair: id,
    studentId,
    act,
    seen,
    epoch,
    aboveVersion,
    summary,
  });
  return { state: 'ordered', outcome: '已通知该省执行' };
}

/** The only copy is with another province than the hub's row says: it is that province's, in an epoch above all others. */
async function assign(fixing: Fixing): Promise<Pick<RepairTable, 'state' | 'outcome'>> {
  const { tx, repair } = fixing;
  const [hub, record] = [hubOf(fixing), must(seenAt(fixing), 'the record')];
  const { studentId, province } = repair;
  const epoch = Math.max(hub.epoch, record.epoch) + 1;
  await saveHolder(tx, { studentId, province, epoch, version: Math.max(hub.version, record.version) });
  const { stage, cohort } = await summaryOf(tx, studentId);
  await moveRecord(tx, studentId, {
    province,
    stage,
    cohort,
    schoolId: record.schoolId,
    schoolName: record.schoolName,
  });
  await claimsFollow(tx, [studentId]);
  return order(fixing, 'hold', { epoch, aboveVersion: hub.version });
}

/** Of two the higher epoch stands, on both sides (fault F38). */
async function correctEpoch(fixing: Fixing): Promise<Pick<RepairTable, 'state' | 'outcome'>> {
  const [hub, record] = [hubOf(fixing), must(seenAt(fixing), 'the record')];
  const { studentId, province } = fixing.repair;
  const epoch = Math.max(hub.epoch, record.epoch);
  await saveHolder(fixing.tx, { studentId, province, epoch, version: hub.version });
  return order(fixing, 'hold', { epoch, aboveVersion: hub.version });
}

/** One keeps the number, all others are given another. */
async function renumber({ hub, tx, suspicion }: Fixing): Promise<Pick<RepairTable, 'state' | 'outcome'>> {
  const [, ...others] = await bearersOf(tx, suspicion);
  for (const { province, studentId, studentNumber } of others)
    hub.outbox.queue(tx, province, RenumberRecord, { studentId, studentNumber });
  return { state: 'ordered', outcome: '已通知后登记一方的省换发临时学籍号，由下次核对确认' };
}

/** The record is lost: the school hands the pupil in again, and gets the same pupil, number and claim. */
async function claimAgain(fixing: Fixing): Promise<Pick<RepairTable, 'state' | 'outcome'>> {
  const { hub, tx, repair } = fixing;
  const { identitySealed, identityFingerprint: _, problem, ...record } = await summaryOf(tx, repair.studentId);
  const identityKey = identitySealed && hub.vault.open(identitySealed);
  order(
    fixing,
    'claim-again',
    { epoch: hubOf(fixing).epoch, aboveVersion: null },
    { ...record, identityKey, problem: problem === 1 },
  );
  return { state: 'ordered', outcome: '已通知该省：由学校重新注册该生，沿用原学籍号和查重编号' };
}

async function summaryOf(tx: Tx<HubDb>, studentId: string): Promise<NationalRecordTable> {
  return must((await listRecords(tx, [studentId]))[0], 'the summary of the pupil');
}

/** Nobody has a record for it: the document is free again, the number is not given again. */
async function endClaim({ hub, tx, suspicion }: Fixing): Promise<Pick<RepairTable, 'state' | 'outcome'>> {
  const { hub: record } = suspicion;
  const numbers = suspicion.claims.filter(
    ({ studentId, claimNo }) =>
      studentId === suspicion.studentId && (record?.isDeleted === true || claimNo !== record?.claimNo),
  );
  const claims = await findClaims(
    tx,
    numbers.map(({ claimNo }) => claimNo),
  );
  const ended = [...claims.values()];
  await endClaims(tx, ended, hub.clock.now());
  // Of several records that the claim of nobody kept from the identity, one has it now.
  const free = ended.map(({ fingerprint }) => fingerprint);
  await standAgainst(hub, tx, free, 'legacy');
  return doneHere;
}

/** Under the number that the summary names. The unique index decides, as ever. */
async function restoreClaim({ hub, tx, suspicion }: Fixing): Promise<Pick<RepairTable, 'state' | 'outcome'>> {
  const { studentId } = suspicion;
  const record = await summaryOf(tx, studentId);
  const { claimNo, province, schoolId, schoolName, studentNumber, identityFingerprint, idType } = record;
  const { maskedName } = must(suspicion.hub, 'the summary');
  const category = categoryCodes[idCategoryOf(idType as IdType) as ClaimCategory];
  const [saved] = await saveNewClaims(tx, [
    {
      claimNo: must(claimNo, 'the claim'),
      province,
      studentId,
      schoolId,
      schoolName,
      studentNumber,
      category,
      fingerprint: must(identityFingerprint, 'the document'),
      maskedName,
      at: hub.clock.now(),
      // The application that made the claim is not known any more.
      application: studentId,
    },
  ]);
  if (!saved) throw new Problem('identity-held', '该证件的查重占用已属于其他学生，请先按问题学籍处理，再重新核对');
  return doneHere;
}
