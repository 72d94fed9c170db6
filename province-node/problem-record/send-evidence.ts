import { createHash } from 'node:crypto';
import { PART_BYTES } from '../../contracts/hand-over.ts';
import { KEY_CHANGE } from '../../contracts/key-change-kind.ts';
import { ProblemEvidence } from '../../contracts/problem-group.ts';
import { PROBLEM_EVIDENCE } from '../../contracts/problem-record.ts';
import { fileOf, listEvidenceOf } from '../../shared/evidence/evidence.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { SoonWork } from '../../shared/jobs/soon.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Province } from '../context.ts';
import { setHandling } from './handling.ts';
import type { ProvinceDb } from '../schema.ts';

/** Pictures of what was handed in on groups of the hub's go there in pieces: files are read outside of decisions. */
export const sendEvidence: SoonWork<Province> = {
  name: 'send-problem-evidence',
  async run(province) {
    const due = await province.store.read
      .selectFrom('problem_handling')
      .selectAll()
      .where('evidenceDue', '=', 1)
      .orderBy('id')
      .execute();
    for (const { id, groupId, recordId } of due) {
      await sendOf(province, groupId, PROBLEM_EVIDENCE, recordId);
      await province.store.decide((tx) => setHandling(tx, id, { evidenceDue: 0 }));
    }
    const changes = await province.store.read
      .selectFrom('problem_change_due')
      .selectAll()
      .orderBy('changeId')
      .execute();
    for (const { changeId, groupId } of changes) {
      await sendOf(province, groupId, KEY_CHANGE, changeId);
      await province.store.decide(async (tx) => {
        await tx.deleteFrom('problem_change_due').where('changeId', '=', changeId).execute();
      });
    }
  },
};

/** Of a key-data change by which a record of a group of the hub's is handled (变更). */
export async function sendPicturesOfChange(
  province: Province,
  tx: Tx<ProvinceDb>,
  ...changeIds: readonly string[]
): Promise<void> {
  if (changeIds.length === 0) return;
  const changes = tx.selectFrom('key_change').select(['id', 'problemGroup']).where('id', 'in', changeIds);
  for (const { id: changeId, problemGroup } of await changes.execute())
    if (problemGroup !== null)
      await tx
        .insertInto('problem_change_due')
        .values({ changeId, groupId: problemGroup })
        .onConflict((oc) => oc.doNothing())
        .execute();
  afterCommit(tx, () => void soon(province, sendEvidence));
}

async function sendOf(province: Province, groupId: string, ownerKind: string, ownerId: string): Promise<void> {
  const pictures = await listEvidenceOf(province.store.read, ownerKind, ownerId);
  for (const picture of pictures.filter(({ submittedAt }) => submittedAt !== null)) {
    const bytes = await province.files.get(fileOf(picture.id));
    const hash = createHash('sha256').update(bytes).digest('hex');
    const count = Math.ceil(bytes.length / PART_BYTES);
    await province.store.decide(async (tx) => {
      for (let index = 0; index < count; index++) {
        const data = Buffer.from(bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES)).toString('base64');
        const piece = { group: groupId, hash, bytes: bytes.length, index, count, data };
        province.outbox.queue(tx, HUB, ProblemEvidence, piece);
      }
    });
  }
}
