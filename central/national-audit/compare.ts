import { ListSchool } from '../../contracts/custody.ts';
import type { HeldRecord } from '../../contracts/custody.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { isoTime } from '../../shared/clock.ts';
import type { ReadingThread } from '../../shared/db/reading-thread.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Hub } from '../context.ts';
import { findHolders, listCustodyOf } from '../national-index/table.ts';
import type { HubDb } from '../schema.ts';
import { findMovedHolders, listMoving } from '../transfer/table.ts';
import { digestsOf, SUSPECTS_MAX } from './recheck.ts';
import { tellAudit } from './news.ts';
import { addSuspects, findProvince, setProvince, setRun } from './table.ts';

/** Schools of a province whose records are under way to the hub at the same time. */
const SCHOOLS_ASKED_MAX = 10;

/** The hub's own digests against those that the province told: where they differ, the records are asked for. */
export async function compareSchools(hub: Hub, thread: ReadingThread, run: string, province: NodeId): Promise<void> {
  const own = new Map((await digestsOf(thread, province)).map((school) => [school.schoolId, school]));
  await hub.store.decide(async (tx) => {
    if ((await findProvince(tx, run, province))?.state !== 'digested') return;
    const schools = tx.selectFrom('audit_school').selectAll().where('run', '=', run).where('province', '=', province);
    const told = new Map((await schools.execute()).map((school) => [school.schoolId, school]));
    const differing = [...new Set([...own.keys(), ...told.keys()])].filter((schoolId) => {
      const [mine, theirs] = [own.get(schoolId), told.get(schoolId)];
      return mine?.digest !== theirs?.digest || (mine?.movedDigest ?? null) !== (theirs?.movedDigest ?? null);
    });
    await tx.deleteFrom('audit_school').where('run', '=', run).where('province', '=', province).execute();
    for (const schoolId of differing)
      await tx
        .insertInto('audit_school')
        .values({ run, province, schoolId, records: 0, digest: '', movedDigest: null, state: 'differs' })
        .execute();
    await setProvince(tx, run, province, { state: 'listing', differingSchools: differing.length });
    await askForSchools(hub, tx, run, province);
  });
}

/** The next schools of the province that differ; when all have been compared, so is the province. */
export async function askForSchools(hub: Hub, tx: Tx<HubDb>, run: string, province: NodeId): Promise<void> {
  const open = await tx
    .selectFrom('audit_school')
    .select(['schoolId', 'state'])
    .where('run', '=', run)
    .where('province', '=', province)
    .orderBy('state')
    .limit(SCHOOLS_ASKED_MAX)
    .execute();
  for (const { schoolId } of open.filter(({ state }) => state === 'differs')) {
    await tx
      .updateTable('audit_school')
      .set({ state: 'asked' })
      .where('run', '=', run)
      .where('province', '=', province)
      .where('schoolId', '=', schoolId)
      .execute();
    hub.outbox.queue(tx, province, ListSchool, { run, schoolId }, { cause: run });
  }
  if (open.length > 0) return;
  await setProvince(tx, run, province, { state: 'compared' });
  await tellAudit(hub, tx);
}

/**
 * The records that the province listed against the hub's rows, pupil by pupil. They are told in one piece of the stream, before
 * which stands all that was told of them: only a transfer that is under way can make a difference that is none.
 */
export async function compareListed(
  hub: Hub,
  tx: Tx<HubDb>,
  at: { run: string; province: NodeId; schoolId: string },
  listed: readonly HeldRecord[],
): Promise<void> {
  const { run, province, schoolId } = at;
  const own = await listCustodyOf(tx, province, schoolId);
  const mine = new Map(
    own.map((row) => [row.studentId, { ...row, epoch: row.epoch ?? 0, custody: 'active' as const }]),
  );
  const theirs = new Map(listed.map((record) => [record.studentId, record]));
  const ids = [...new Set([...mine.keys(), ...theirs.keys()])];
  const moving = await listMoving(tx, ids);
  const differing = ids.filter((id) => !moving.has(id) && !isSame(mine.get(id), theirs.get(id)));
  if (differing.length === 0) return;
  const { count } = await tx
    .selectFrom('audit_suspect')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('run', '=', run)
    .executeTakeFirstOrThrow();
  const taken = differing.slice(0, Math.max(SUSPECTS_MAX - count, 0));
  const holders = await findHolders(tx, [...taken, '']);
  const moved = await findMovedHolders(tx, [...taken, '']);
  await addSuspects(
    tx,
    run,
    taken.map((studentId) => {
      const holder = moved.get(studentId)?.province ?? holders.get(studentId);
      return { studentId, claimNo: null, provinces: [...new Set([province, holder ?? province])] };
    }),
  );
  const isCapped = taken.length < differing.length ? { isCapped: 1 } : {};
  await setRun(tx, run, { suspectedAt: isoTime(hub.clock.now()), ...isCapped });
}

function isSame(mine: HeldRecord | undefined, theirs: HeldRecord | undefined): boolean {
  if (!mine || !theirs) return mine === theirs;
  const { version, studentNumber, claimNo, epoch, custody } = theirs;
  const isOfSameText = mine.studentNumber === studentNumber && mine.claimNo === claimNo;
  return isOfSameText && mine.version === version && mine.epoch === epoch && mine.custody === custody;
}
