import type { z } from 'zod';
import type { NodeId } from '../../contracts/core/message.ts';
import type { RecordLoaded } from '../../contracts/problem-group.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { findMovedHolders, isOfBefore } from '../transfer/table.ts';
import { tellRefused } from './refused.ts';
import { findHolders, isFormal, saveNewerRecords, takeFormalNumbers } from './table.ts';
import type { NationalRecordTable } from './table.ts';

export type Loaded = z.output<typeof RecordLoaded.item>;

/** A loaded record with its number in the order of claims. `contended`: it is not alone with its identity. */
export interface Numbered {
  item: Loaded;
  fingerprint: Uint8Array;
  claimNo: number;
  contended: boolean;
}

/** Those of them that the province may tell of; of others it hears nothing, and the ministry of the attempt. */
export async function ownLoaded(
  hub: Hub,
  tx: Tx<HubDb>,
  items: readonly Loaded[],
  province: NodeId,
): Promise<Loaded[]> {
  const studentIds = items.map(({ studentId }) => studentId);
  const holders = await findHolders(tx, studentIds);
  const moved = await findMovedHolders(tx, studentIds);
  const own: Loaded[] = [];
  for (const item of items) {
    if (isOfBefore(item, province, moved)) continue;
    const holder = moved.get(item.studentId)?.province ?? holders.get(item.studentId) ?? province;
    if (holder === province) own.push(item);
    else await tellRefused(hub, tx, item, province, 'not-holder', holder);
  }
  return own;
}

/**
 * The index has them from now on, with their numbers. A number that records of one identity bear is their group's to decide
 * (`passFormalNumber`). One that another pupil bears stays with whoever told of it first: answers those that are to have another, of which
 * the index hears when they have it.
 */
export async function enterLoaded(
  hub: Hub,
  tx: Tx<HubDb>,
  numbered: readonly Numbered[],
  province: NodeId,
): Promise<Loaded[]> {
  const items = numbered.map(({ item }) => item);
  const owners = new Map([
    ...(await bearersOf(tx, items)),
    ...(await takeFormalNumbers(
      tx,
      items.filter(({ studentNumber }) => isFormal(studentNumber)),
    )),
  ]);
  const isAnothers = ({ item, contended }: Numbered): boolean =>
    !contended && (owners.get(item.studentNumber) ?? item.studentId) !== item.studentId;
  const taken = numbered.filter((one) => !isAnothers(one));
  await saveNewerRecords(
    tx,
    taken.map((one) => recordOf(hub, one, province)),
  );
  return numbered.filter(isAnothers).map(({ item }) => item);
}

/** Who has these temporary numbers by the index; a record's own word of before is its own. */
async function bearersOf(tx: Tx<HubDb>, items: readonly Loaded[]): Promise<Map<string, string>> {
  const temporary = items.flatMap(({ studentNumber }) => (isFormal(studentNumber) ? [] : [studentNumber]));
  if (temporary.length === 0) return new Map();
  const ids = new Set(items.map(({ studentId }) => studentId));
  const bearers = tx
    .selectFrom('national_record')
    .select(['studentNumber', 'studentId'])
    .where('studentNumber', 'in', temporary);
  const others = (await bearers.execute()).filter(({ studentId }) => !ids.has(studentId));
  return new Map(others.map(({ studentNumber, studentId }) => [studentNumber, studentId]));
}

function recordOf(hub: Hub, { item, fingerprint, claimNo }: Numbered, province: NodeId): NationalRecordTable {
  const { identityKey, category: _category, since, ...plain } = item;
  return {
    ...plain,
    claimNo,
    province,
    // The province marks it with the next version, when it knows its groups.
    problem: 0,
    openBusiness: null,
    changedAt: since,
    identitySealed: hub.vault.seal(identityKey),
    identityFingerprint: fingerprint,
  };
}
