import type { z } from 'zod';
import type {
  DigestsTold,
  HeldRecord,
  RecordListed,
  RecordLooked,
  SchoolDigested,
  SchoolListed,
} from '../../contracts/custody.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { isOrgOf } from '../../contracts/publication.ts';
import { isoTime } from '../../shared/clock.ts';
import { digestOf } from '../../shared/custody/digest.ts';
import { insertRows } from '../../shared/db/bulk.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { groupBy } from '../../shared/group-by.ts';
import { soon } from '../../shared/jobs/soon.ts';
import { mustBeCounted } from '../claim/recount.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { askForSchools, compareListed } from './compare.ts';
import { hubSidesOf } from './facts.ts';
import type { Answer } from './rules.ts';
import { tellAudit } from './news.ts';
import { goOn } from './run.ts';
import { findCurrentRun, findProvince, setProvince } from './table.ts';
import type { AuditProvinceTable } from './table.ts';

type Told<Kind extends { item: z.ZodType }> = ReadonlyArray<z.output<Kind['item']>>;
interface From {
  from: NodeId;
}

/** Listed records of one school: more than any school has. */
const LISTED_MAX = 20_000;

/**
 * What provinces answer in a run. What belongs to no run that is under way, or was not asked, changes nothing: an answer that
 * comes late, or once more. A province whose answer cannot be true is not believed in this run, and the page says why.
 */
async function askedOf(
  tx: Tx<HubDb>,
  run: string,
  province: NodeId,
  state: AuditProvinceTable['state'],
): Promise<AuditProvinceTable | undefined> {
  if ((await findCurrentRun(tx))?.id !== run) return undefined;
  const row = await findProvince(tx, run, province);
  return row?.state === state ? row : undefined;
}

async function contradicted(hub: Hub, tx: Tx<HubDb>, run: string, province: NodeId, fault: string): Promise<void> {
  hub.log.warn({ run, from: province, fault }, 'an answer to the audit cannot be true');
  await setProvince(tx, run, province, { state: 'contradicted', fault });
  await tellAudit(hub, tx);
  afterCommit(tx, () => void soon(hub, goOn));
}

export async function schoolsDigested(
  hub: Hub,
  tx: Tx<HubDb>,
  items: Told<typeof SchoolDigested>,
  { from }: From,
): Promise<void> {
  for (const [run, told] of groupBy(items, (item) => item.run)) {
    if (!(await askedOf(tx, run, from, 'asked'))) continue;
    const stranger = told.find(({ schoolId }) => !isOrgOf(from.slice(2), schoolId));
    if (stranger) {
      await contradicted(hub, tx, run, from, `答复了不属于该省的学校 ${stranger.schoolId}`);
      continue;
    }
    const rows = [...new Map(told.map((item) => [item.schoolId, item])).values()];
    await tx
      .deleteFrom('audit_school')
      .where('run', '=', run)
      .where('province', '=', from)
      .where(
        'schoolId',
        'in',
        rows.map(({ schoolId }) => schoolId),
      )
      .execute();
    await insertRows(
      tx,
      'audit_school',
      ['run', 'province', 'schoolId', 'records', 'digest', 'movedDigest', 'state'],
      rows.map(({ schoolId, records, digest, movedDigest }) => {
        return [run, from, schoolId, records, digest, movedDigest, 'told'];
      }),
    );
    await setProvince(tx, run, from, { heardAt: isoTime(hub.clock.now()) });
  }
}

export async function digestsTold(
  hub: Hub,
  tx: Tx<HubDb>,
  items: Told<typeof DigestsTold>,
  { from }: From,
): Promise<void> {
  await mustBeCounted(tx);
  for (const { run, schools, records } of items) {
    if (!(await askedOf(tx, run, from, 'asked'))) continue;
    const sum = await tx
      .selectFrom('audit_school')
      .select((eb) => [eb.fn.countAll<number>().as('schools'), eb.fn.sum<number | null>('records').as('records')])
      .where('run', '=', run)
      .where('province', '=', from)
      .executeTakeFirstOrThrow();
    if (sum.schools !== schools || (sum.records ?? 0) !== records) {
      await contradicted(hub, tx, run, from, '逐校摘要的合计与其所报的总数不一致');
      continue;
    }
    const now = isoTime(hub.clock.now());
    await setProvince(tx, run, from, { state: 'digested', schools, pupils: records, heardAt: now, answeredAt: now });
    await tellAudit(hub, tx);
    afterCommit(tx, () => void soon(hub, goOn));
  }
}

export async function recordsListed(
  _hub: Hub,
  tx: Tx<HubDb>,
  items: Told<typeof RecordListed>,
  { from }: From,
): Promise<void> {
  for (const [place, told] of groupBy(items, ({ run, schoolId }) => `${run} ${schoolId}`)) {
    const [run, schoolId] = place.split(' ') as [string, string];
    if (!(await isSchoolAsked(tx, run, from, schoolId))) continue;
    for (const { run: _run, schoolId: _school, ...record } of told)
      await tx
        .insertInto('audit_listed')
        .values({ run, province: from, schoolId, studentId: record.studentId, line: JSON.stringify(record) })
        .onConflict((oc) => oc.doNothing())
        .execute();
  }
}

async function isSchoolAsked(tx: Tx<HubDb>, run: string, province: NodeId, schoolId: string): Promise<boolean> {
  if (!(await askedOf(tx, run, province, 'listing'))) return false;
  const school = await tx
    .selectFrom('audit_school')
    .select('state')
    .where('run', '=', run)
    .where('province', '=', province)
    .where('schoolId', '=', schoolId)
    .executeTakeFirst();
  return school?.state === 'asked';
}

export async function schoolsListed(
  hub: Hub,
  tx: Tx<HubDb>,
  items: Told<typeof SchoolListed>,
  { from }: From,
): Promise<void> {
  await mustBeCounted(tx);
  for (const { run, schoolId, ...told } of items) {
    if (!(await isSchoolAsked(tx, run, from, schoolId))) continue;
    const rows = await tx
      .selectFrom('audit_listed')
      .select('line')
      .where('run', '=', run)
      .where('province', '=', from)
      .where('schoolId', '=', schoolId)
      .orderBy('studentId')
      .limit(LISTED_MAX + 1)
      .execute();
    const listed = rows.map(({ line }) => JSON.parse(line) as HeldRecord);
    if (!fits(listed, told)) {
      await contradicted(hub, tx, run, from, `学校 ${schoolId} 逐条所报的学籍与其摘要不一致`);
      continue;
    }
    await compareListed(hub, tx, { run, province: from, schoolId }, listed);
    for (const table of ['audit_listed', 'audit_school'] as const)
      await tx
        .deleteFrom(table)
        .where('run', '=', run)
        .where('province', '=', from)
        .where('schoolId', '=', schoolId)
        .execute();
    await setProvince(tx, run, from, { heardAt: isoTime(hub.clock.now()) });
    await askForSchools(hub, tx, run, from);
    afterCommit(tx, () => void soon(hub, goOn));
  }
}

/** The rows against the digests that stand at their end. */
function fits(listed: readonly HeldRecord[], told: ReturnType<typeof digestOf>): boolean {
  const { records, digest, movedDigest } = digestOf(listed);
  return records === told.records && digest === told.digest && movedDigest === told.movedDigest;
}

/** Kept with what the hub has at this place of the stream. Nobody answers for a pupil about whom it was not asked. */
export async function pupilsLooked(
  hub: Hub,
  tx: Tx<HubDb>,
  items: Told<typeof RecordLooked>,
  { from }: From,
): Promise<void> {
  await mustBeCounted(tx);
  for (const [run, told] of groupBy(items, (item) => item.run)) {
    if (!(await askedOf(tx, run, from, 'compared'))) continue;
    const sides = await hubSidesOf(
      tx,
      told.map(({ studentId }) => studentId),
    );
    for (const { studentId, record } of told) {
      const answer: Answer = { province: from, record, ...(sides.get(studentId) ?? { hub: null, isMoving: false }) };
      await tx
        .updateTable('audit_answer')
        .set({ answer: JSON.stringify(answer) })
        .where('run', '=', run)
        .where('studentId', '=', studentId)
        .where('province', '=', from)
        .execute();
    }
    afterCommit(tx, () => void soon(hub, goOn));
  }
}
