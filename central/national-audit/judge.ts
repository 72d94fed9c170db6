import { createHash } from 'node:crypto';
import type { NodeId } from '../../contracts/core/message.ts';
import type { DifferenceKind } from '../../contracts/national-audit.ts';
import { isoTime } from '../../shared/clock.ts';
import { afterCommit, breathe } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { suspicionsOf } from './facts.ts';
import { carryOut } from './fix.ts';
import { differencesOf, fixedByItself, isUndecided } from './rules.ts';
import type { Difference, Suspicion } from './rules.ts';
import { tellAudit } from './news.ts';
import { clearRun, findCurrentRun, setRun } from './table.ts';
import type { RepairTable } from './table.ts';

const SUSPECTS_PER_DECISION = 100;
const currentStates = ['open', 'ordered', 'repaired'] as const;

/** All answers are there: what differs becomes a repair, what is harmless is ordered at once, and the run ends. */
export async function judgeSuspects(hub: Hub, run: string): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const from: string = after;
    after = await hub.store.decide((tx) => judgeSlice(hub, tx, run, from));
  }
  await hub.store.decide((tx) => endRun(hub, tx, run));
}

/** Judged pupils are no longer suspects, so that a run that a crash cut off goes on where it was. Answers the last pupil. */
async function judgeSlice(hub: Hub, tx: Tx<HubDb>, run: string, after: string): Promise<string | undefined> {
  const suspects = await tx
    .selectFrom('audit_suspect')
    .selectAll()
    .where('run', '=', run)
    .where('studentId', '>', after)
    .orderBy('studentId')
    .limit(SUSPECTS_PER_DECISION)
    .execute();
  for (const suspicion of await suspicionsOf(tx, run, suspects)) {
    if (isUndecided(suspicion)) await keepRepairs(tx, run, suspicion.studentId);
    for (const difference of differencesOf(suspicion)) await found(hub, tx, run, suspicion, difference);
    await breathe(tx);
  }
  const last = suspects.at(-1)?.studentId;
  if (last !== undefined)
    await tx.deleteFrom('audit_suspect').where('run', '=', run).where('studentId', '<=', last).execute();
  return last;
}

/** Of a pupil of whom nothing can be said in this run, what was found earlier stands. */
async function keepRepairs(tx: Tx<HubDb>, run: string, studentId: string): Promise<void> {
  await tx
    .updateTable('custody_repair')
    .set({ lastRun: run })
    .where('studentId', '=', studentId)
    .where('state', 'in', currentStates)
    .execute();
}

async function found(
  hub: Hub,
  tx: Tx<HubDb>,
  run: string,
  suspicion: Suspicion,
  difference: Difference,
): Promise<void> {
  const { kind, province, fix } = difference;
  const evidence = JSON.stringify(suspicion);
  const evidenceHash = createHash('sha256').update(evidence).digest('hex');
  const foundAt = isoTime(hub.clock.now());
  const earlier = await tx
    .selectFrom('custody_repair')
    .selectAll()
    .where('studentId', '=', suspicion.studentId)
    .where('kind', '=', kind)
    .where('province', '=', province)
    .where('state', 'in', [...currentStates, 'dismissed'])
    .orderBy('foundAt', 'desc')
    .execute();
  const current = earlier.find(({ state }) => state !== 'dismissed');
  const seen = { foundAt, lastRun: run, evidence, evidenceHash };
  if (current) {
    await foundAgain(tx, current, { ...seen, fix });
    await count(tx, run, province, kind, 0);
    return;
  }
  const dismissed = earlier.find((one) => one.state === 'dismissed' && one.evidenceHash === evidenceHash);
  if (dismissed) {
    await tx.updateTable('custody_repair').set({ lastRun: run, foundAt }).where('id', '=', dismissed.id).execute();
    await count(tx, run, province, kind, 0);
    return;
  }
  const isFixedByItself = fixedByItself.includes(fix);
  const repair: RepairTable = {
    id: hub.ids.next(),
    studentId: suspicion.studentId,
    kind,
    province,
    fix,
    state: 'open',
    revision: 1,
    firstFoundAt: foundAt,
    timesFound: 1,
    ...seen,
    ...namesOf(suspicion, province),
    decidedBy: null,
    decidedAt: null,
    opinion: null,
    outcome: null,
  };
  await tx.insertInto('custody_repair').values(repair).execute();
  if (isFixedByItself) await carryOut(hub, tx, repair, { decidedBy: null });
  await count(tx, run, province, kind, isFixedByItself ? 1 : 0);
}

/** An order that is still under way stays so; one that was carried out has not helped, and people decide again. */
async function foundAgain(
  tx: Tx<HubDb>,
  { id, state, revision, timesFound, evidenceHash }: RepairTable,
  seen: Pick<RepairTable, 'foundAt' | 'lastRun' | 'evidence' | 'evidenceHash' | 'fix'>,
): Promise<void> {
  const { foundAt, lastRun } = seen;
  const isAsBefore = state === 'ordered' || (state === 'open' && evidenceHash === seen.evidenceHash);
  const changes = isAsBefore
    ? { foundAt, lastRun }
    : { ...seen, state: 'open' as const, revision: revision + 1, decidedAt: null, decidedBy: null };
  const outcome = state === 'repaired' ? { outcome: '修复后复核仍不一致，请重新决定' } : {};
  await tx
    .updateTable('custody_repair')
    .set({ ...changes, ...outcome, timesFound: timesFound + 1 })
    .where('id', '=', id)
    .execute();
}

/** As the province concerned calls the pupil, else the hub or whoever has the record, else the claim. */
function namesOf(
  { hub, answers, claims }: Suspicion,
  province: NodeId,
): Pick<RepairTable, 'studentNumber' | 'maskedName' | 'schoolName'> {
  const records = answers.flatMap((answer) => (answer.record ? [{ ...answer.record, province: answer.province }] : []));
  const named = records.find((one) => one.province === province) ?? hub ?? records[0];
  if (named) {
    const { studentNumber, maskedName, schoolName } = named;
    return { studentNumber, maskedName, schoolName };
  }
  const [claim] = claims;
  return {
    studentNumber: claim?.studentNumber ?? '',
    maskedName: claim?.maskedName ?? '',
    schoolName: claim?.schoolName ?? '',
  };
}

async function count(
  tx: Tx<HubDb>,
  run: string,
  province: NodeId,
  kind: DifferenceKind,
  repaired: 0 | 1,
): Promise<void> {
  await tx
    .insertInto('audit_finding')
    .values({ run, province, kind, found: 1 })
    .onConflict((oc) =>
      oc.columns(['run', 'province', 'kind']).doUpdateSet((eb) => ({ found: eb('audit_finding.found', '+', 1) })),
    )
    .execute();
  await tx
    .updateTable('audit_run')
    .set((eb) => ({ found: eb('found', '+', 1), repaired: eb('repaired', '+', repaired) }))
    .where('id', '=', run)
    .execute();
}

/** What an earlier run found and this one has not: proven where it was repaired. Only of provinces that were compared. */
async function endRun(hub: Hub, tx: Tx<HubDb>, run: string): Promise<void> {
  const current = await findCurrentRun(tx);
  if (current?.id !== run) return;
  if (current.isCapped === 0) {
    const compared = tx
      .selectFrom('audit_province')
      .select('province')
      .where('run', '=', run)
      .where('state', '=', 'compared');
    for (const [from, to, outcome] of [
      [['ordered', 'repaired'], 'proven', '再次核对，各方一致'],
      [['open'], 'vanished', '再次核对时各方已经一致，无须处理'],
    ] as const)
      await tx
        .updateTable('custody_repair')
        .set((eb) => ({ state: to, outcome, revision: eb('revision', '+', 1) }))
        .where('state', 'in', from)
        .where('lastRun', '!=', run)
        .where('province', 'in', compared)
        .execute();
  }
  await clearRun(tx, run);
  await setRun(tx, run, { phase: 'ended', endedAt: isoTime(hub.clock.now()) });
  await tellAudit(hub, tx);
  afterCommit(tx, () => hub.log.info({ run, found: current.found, repaired: current.repaired }, 'the audit has ended'));
}
