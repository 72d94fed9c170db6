import type { z } from 'zod';
import type { NodeId } from '../../contracts/core/message.ts';
import type { RecordLoaded } from '../../contracts/problem-group.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { findMovedHolders } from '../transfer/table.ts';
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
    const holder = moved.get(item.studentId)?.province ?? holders.get(item.studentId) ?? province;
    if (holder === province) own.push(item);
    else await tellRefused(hub, tx, item, province, 'not-holder', holder);
  }
  return own;
}

/**
 * The index has them from now on, with their numbers. A formal number that two records of one identity bear belongs to the first until
 * their group has decided (`passFormalNumber`); on another's record it is a fault that people look at.
 */
export async function enterLoaded(
  hub: Hub,
  tx: Tx<HubDb>,
  numbered: readonly Numbered[],
  province: NodeId,
): Promise<void> {
  const formal = numbered.map(({ item }) => item).filter(({ studentNumber }) => isFormal(studentNumber));
  const owners = await takeFormalNumbers(tx, formal);
  const isAnothers = ({ item, contended }: Numbered): boolean =>
    !contended && (owners.get(item.studentNumber) ?? item.studentId) !== item.studentId;
  for (const one of numbered) if (isAnothers(one)) await tellRefused(hub, tx, one.item, province, 'number-taken', null);
  const taken = numbered.filter((one) => !isAnothers(one));
  await saveNewerRecords(
    tx,
    taken.map((one) => recordOf(hub, one, province)),
  );
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
