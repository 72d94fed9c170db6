import type { IdType } from '../../contracts/codes/id-type.ts';
import type { ClaimCategory } from '../../contracts/claim.ts';
import { RecordLoadAnswered } from '../../contracts/problem-group.ts';
import { idCategoryOf } from '../../contracts/people/id-document.ts';
import { must } from '../../shared/assert.ts';
import type { Tx } from '../../shared/db/store.ts';
import { listContendersOn, saveContenders } from '../claim/contender.ts';
import { findClaims, listClaimsOn, saveNewClaims, takeClaimNumbers } from '../claim/table.ts';
import type { Hub } from '../context.ts';
import { listRecords, nameClaim } from '../national-index/table.ts';
import type { NationalRecordTable } from '../national-index/table.ts';
import type { HubDb } from '../schema.ts';
import { standAgainst } from './open.ts';
import { claimOfRecord } from './record-claim.ts';

/**
 * Records with one document that the audit found without a group (H.9): each that has no claim of its own on it contends, under the number
 * that its summary names where that is free, and the group is opened, or they join the one that there is. Right as often as it is done.
 */
export async function groupDuplicates(hub: Hub, tx: Tx<HubDb>, studentIds: readonly string[]): Promise<void> {
  const records = (await listRecords(tx, studentIds)).filter(({ status }) => status !== 'deleted');
  const print = records[0]?.identityFingerprint;
  if (!print) return;
  const sharing = records.filter(
    (one) => one.identityFingerprint && Buffer.compare(one.identityFingerprint, print) === 0,
  );
  const standing = [...(await listClaimsOn(tx, [print])), ...(await listContendersOn(tx, [print]))];
  for (const record of sharing)
    if (!standing.some(({ studentId }) => studentId === record.studentId)) await stand(hub, tx, record);
  await standAgainst(hub, tx, [print], 'new');
}

/** The unique index decides whether it holds the identity or contends for it. */
async function stand(hub: Hub, tx: Tx<HubDb>, record: NationalRecordTable): Promise<void> {
  const { studentId, province, idType, changedAt: since } = record;
  const isFree = record.claimNo !== null && !(await findClaims(tx, [record.claimNo])).has(record.claimNo);
  const claimNo = isFree ? must(record.claimNo, 'the number') : await takeClaimNumbers(tx, 1);
  const category = idCategoryOf(idType as IdType) as ClaimCategory;
  const fingerprint = must(record.identityFingerprint, 'the document');
  const claim = claimOfRecord({ ...record, category, fingerprint, since }, claimNo);
  const [saved] = await saveNewClaims(tx, [claim]);
  if (!saved) await saveContenders(tx, [claim]);
  if (isFree) return;
  await nameClaim(tx, studentId, claimNo);
  hub.outbox.queue(tx, province, RecordLoadAnswered, { studentId, claimNo, contended: !saved });
}
