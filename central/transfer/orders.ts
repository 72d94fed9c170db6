import type { Manifest } from '../../contracts/hand-over.ts';
import {
  AdmitRecord,
  CopyRecord,
  DiscardRecord,
  ReleaseRecord,
  SealRecord,
  UnsealRecord,
} from '../../contracts/hand-over.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Hub } from '../context.ts';
import type { NationalRecordTable } from '../national-index/table.ts';
import type { HubDb } from '../schema.ts';
import type { TransferTable } from './table.ts';

/** What the hub orders the two provinces of a transfer to do with the record. Carried out once however often it is ordered. */

export function orderSeal(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable): void {
  const { id, studentId, epoch, toProvince, toSchoolName, attempt, fromProvince } = transfer;
  const order = { transfer: id, studentId, epoch, to: toProvince, toSchoolName, attempt };
  hub.outbox.queue(tx, fromProvince, SealRecord, order, { cause: id });
}

/** `record`: what the hub had been told of the record at this version, which the package is to hold. */
export function orderCopy(
  hub: Hub,
  tx: Tx<HubDb>,
  transfer: TransferTable,
  manifest: Manifest,
  record?: NationalRecordTable,
): void {
  const { id, toProvince, studentId, fromProvince, fromSchoolName, toSchoolId, stage, cohort } = transfer;
  const where = { schoolId: toSchoolId, stage, cohort };
  const promised = record ? { promised: promisedOf(record) } : {};
  const order = { transfer: id, studentId, from: fromProvince, fromSchoolName, ...where, manifest, ...promised };
  hub.outbox.queue(tx, toProvince, CopyRecord, order, { cause: id });
}

function promisedOf({ studentNumber, name, birthDate }: NationalRecordTable) {
  return { studentNumber, name, birthDate };
}

export function orderEnd(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable): void {
  orderAdmit(hub, tx, transfer);
  orderRelease(hub, tx, transfer);
}

export function orderAdmit(hub: Hub, tx: Tx<HubDb>, { id, studentId, epoch, toProvince }: TransferTable): void {
  hub.outbox.queue(tx, toProvince, AdmitRecord, { transfer: id, studentId, epoch: epoch + 1 }, { cause: id });
}

export function orderRelease(hub: Hub, tx: Tx<HubDb>, { id, studentId, epoch, fromProvince }: TransferTable): void {
  hub.outbox.queue(tx, fromProvince, ReleaseRecord, { transfer: id, studentId, epoch: epoch + 1 }, { cause: id });
}

export function orderUndoing(
  hub: Hub,
  tx: Tx<HubDb>,
  { id, studentId, fromProvince, toProvince }: TransferTable,
): void {
  hub.outbox.queue(tx, fromProvince, UnsealRecord, { transfer: id, studentId }, { cause: id });
  hub.outbox.queue(tx, toProvince, DiscardRecord, { transfer: id, studentId }, { cause: id });
}
