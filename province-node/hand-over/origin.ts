import type { z } from 'zod';
import { RecordReleased, RecordSealed, RecordUnsealed, SealRefused } from '../../contracts/hand-over.ts';
import type { ReleaseRecord, SealRecord, UnsealRecord } from '../../contracts/hand-over.ts';
import type { HandOverFault } from '../../contracts/hand-over-fault.ts';
import { isoTime } from '../../shared/clock.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Province } from '../context.ts';
import { mustNotAwaitRecount } from '../identity/awaited-recount.ts';
import type { ProvinceDb } from '../schema.ts';
import { setCustody } from '../student/custody.ts';
import { isRecalled, restate } from '../student/change.ts';
import { findOpenBusiness } from '../student/open-business.ts';
import { findHandOver, saveHandOver } from './table.ts';
import type { HandOverTable } from './table.ts';
import { packRecords } from './packing.ts';

/** The side that the pupil leaves: the hub's orders about a record of this province. */

type Seal = z.output<typeof SealRecord.item>;
type Release = z.output<typeof ReleaseRecord.item>;
type Unseal = z.output<typeof UnsealRecord.item>;

/**
 * From here on nothing is written to the record, and everybody reads 调档中; it is packed after the commit. Or it is refused,
 * with the reason. An order about a hand-over that has ended changes nothing.
 */
export async function sealOrdered(province: Province, tx: Tx<ProvinceDb>, orders: readonly Seal[]): Promise<void> {
  for (const order of orders) {
    const { transfer, studentId, attempt } = order;
    const peer = { peer: order.to as NodeId, peerSchoolName: order.toSchoolName };
    const known = await findHandOver(tx, transfer);
    if (known) {
      // What its own words have sealed again after a restore hears here whom it is for.
      const last = Math.max(attempt, known.attempt);
      if (known.state === 'sealed') await saveHandOver(tx, { ...known, ...peer, attempt: last });
      if (known.state === 'moved' && attempt > known.attempt) await packMoved(province, tx, known, { ...order, peer });
      continue;
    }
    const base = { transfer, studentId, side: 'origin', at: now(province), attempt, epoch: order.epoch } as const;
    const fault = await reasonAgainstSealing(tx, order);
    // As a restore left it, it gets a version of its own first: the one before is of what was told then (invariant I09).
    if (!fault && (await isRecalled(tx, studentId))) await restate(province, tx, studentId);
    await saveHandOver(tx, { ...base, ...peer, state: fault ? 'refused' : 'sealed', fault });
    if (fault) province.outbox.queue(tx, 'hub', SealRefused, { transfer, studentId, fault }, { cause: transfer });
    else await setCustody(province, tx, studentId, 'sealed');
  }
  afterCommit(tx, () => void soon(province, packRecords));
}

/** The destination has lost what it got, and the hub what it passed on: what is left is the copy that is read here. */
async function packMoved(
  province: Province,
  tx: Tx<ProvinceDb>,
  known: HandOverTable,
  { transfer, studentId, epoch, attempt, peer }: Seal & { peer: Pick<HandOverTable, 'peer' | 'peerSchoolName'> },
): Promise<void> {
  const copy = tx.selectFrom('student').select('id').where('id', '=', studentId).where('custody', '=', 'moved-out');
  if (await copy.where('epoch', '=', epoch + 1).executeTakeFirst())
    return saveHandOver(tx, { ...known, ...peer, attempt });
  province.outbox.queue(tx, 'hub', SealRefused, { transfer, studentId, fault: 'no-record' }, { cause: transfer });
}

async function reasonAgainstSealing(tx: Tx<ProvinceDb>, { studentId, epoch }: Seal): Promise<HandOverFault | null> {
  const student = await tx.selectFrom('student').selectAll().where('id', '=', studentId).executeTakeFirst();
  if (!student) return 'no-record';
  if (student.custody !== 'active' || student.epoch !== epoch) return 'not-in-custody';
  if (student.problem === 1) return 'problem-record';
  if (await findOpenBusiness(tx, studentId)) return 'open-business';
  const allowed = student.status === 'enrolled' || student.status === 'left' || student.status === 'graduated';
  return allowed ? null : 'status-not-allowed';
}

/** The record is another province's: what stays here is read, and never written again. */
export async function releaseOrdered(
  province: Province,
  tx: Tx<ProvinceDb>,
  orders: readonly Release[],
): Promise<void> {
  for (const { transfer, studentId, epoch } of orders) {
    const known = await findHandOver(tx, transfer);
    // After a commit nothing else is true, whatever this node remembers: the record may itself be forgotten.
    await saveHandOver(tx, { ...ended(province, transfer, studentId, known), state: 'moved', epoch: epoch - 1 });
    await setCustody(province, tx, studentId, 'moved-out', epoch);
    province.outbox.queue(tx, 'hub', RecordReleased, { transfer, studentId }, { cause: transfer });
  }
}

/** Nothing came of it: the record is as it was. */
export async function unsealOrdered(province: Province, tx: Tx<ProvinceDb>, orders: readonly Unseal[]): Promise<void> {
  for (const { transfer, studentId } of orders) {
    const known = await findHandOver(tx, transfer);
    if (known?.state === 'moved') continue;
    if (known?.state === 'sealed') {
      await mustNotAwaitRecount(tx);
      await setCustody(province, tx, studentId, 'active');
    }
    if (known?.state !== 'refused')
      await saveHandOver(tx, { ...ended(province, transfer, studentId, known), state: 'undone' });
    province.outbox.queue(tx, 'hub', RecordUnsealed, { transfer, studentId }, { cause: transfer });
  }
}

function ended(province: Province, transfer: string, studentId: string, known: HandOverTable | undefined) {
  // Nothing is left to be packed, until it is ordered again.
  const packed = known?.attempt ?? 0;
  return { ...known, packed, transfer, studentId, side: 'origin' as const, at: now(province) };
}

/**
 * Own words that come back after a restore (docs/PROTOCOL.md, "HELLO and restore"): what had been sealed is sealed, before
 * anybody can write to it or make it anew.
 */
export async function sealRecalled(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: ReadonlyArray<z.output<typeof RecordSealed.item>>,
): Promise<void> {
  for (const { transfer, studentId, epoch, manifest } of items) {
    const known = await findHandOver(tx, transfer);
    if (known && known.state !== 'sealed') continue;
    // Edited after the backup, and sealed so: what was vouched for is on its way, but cannot be packed here once more.
    const fault = (await isRecalled(tx, studentId)) ? 'restored-behind' : null;
    // What it was told to seal comes again, and says whom for.
    const recalled = { transfer, studentId, side: 'origin', state: 'sealed', at: now(province) } as const;
    const attempt = Math.max(known?.attempt ?? 0, 1);
    await saveHandOver(tx, { ...recalled, epoch, attempt, packed: attempt, fault, manifest: JSON.stringify(manifest) });
    await setCustody(province, tx, studentId, 'sealed');
  }
}

export async function refusalRecalled(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: ReadonlyArray<z.output<typeof SealRefused.item>>,
): Promise<void> {
  for (const { transfer, studentId, fault } of items)
    await backToActive(province, tx, { transfer, studentId, state: 'refused', fault });
}

export async function releaseRecalled(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: ReadonlyArray<z.output<typeof RecordReleased.item>>,
): Promise<void> {
  for (const { transfer, studentId } of items) {
    await saveHandOver(tx, { transfer, studentId, side: 'origin', state: 'moved', at: now(province) });
    // The epoch comes with the order, which is told again.
    await setCustody(province, tx, studentId, 'sealed');
  }
}

export async function unsealRecalled(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: ReadonlyArray<z.output<typeof RecordUnsealed.item>>,
): Promise<void> {
  for (const { transfer, studentId } of items)
    await backToActive(province, tx, { transfer, studentId, state: 'undone', fault: null });
}

async function backToActive(
  province: Province,
  tx: Tx<ProvinceDb>,
  ending: Pick<HandOverTable, 'transfer' | 'studentId' | 'state' | 'fault'>,
): Promise<void> {
  const known = await findHandOver(tx, ending.transfer);
  if (known?.state === 'moved') return;
  if (known?.state === 'sealed') await setCustody(province, tx, ending.studentId, 'active');
  await saveHandOver(tx, { ...ending, side: 'origin', at: now(province) });
}

function now({ clock }: Province): string {
  return isoTime(clock.now());
}
