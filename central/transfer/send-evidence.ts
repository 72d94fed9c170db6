import { sql } from 'kysely';
import { PART_BYTES, TransferPicture } from '../../contracts/hand-over.ts';
import type { EvidenceFileTable } from '../../shared/evidence/table.ts';
import { fileOf, listEvidenceOf } from '../../shared/evidence/evidence.ts';
import { isoTime } from '../../shared/clock.ts';
import type { SoonWork } from '../../shared/jobs/soon.ts';
import type { Hub } from '../context.ts';
import { evidenceOf } from './table.ts';
import type { TransferTable } from './table.ts';
import { TRANSFER_EVIDENCE } from './evidence.ts';

/** Parts queued in one decision: while the next ones are signed and written, these are on their way. */
const PARTS_PER_DECISION = 8;

/**
 * What a transfer was decided on goes into the record at the destination, once the record is there: pictures are read outside of
 * decisions. Sent once more after a crash, they are there once.
 */
export const sendEvidence: SoonWork<Hub> = {
  name: 'send-transfer-evidence',
  async run(hub) {
    const waiting = await hub.store.read
      .selectFrom('transfer')
      .selectAll()
      .where('destinationDone', '=', 1)
      .where('state', 'in', ['handed-over', 'closed'])
      // The words of the partial index.
      .where(sql<boolean>`"evidence" is not null and "evidenceSentAt" is null`)
      .orderBy('id')
      .execute();
    for (const transfer of waiting) await sendOne(hub, transfer);
  },
};

async function sendOne(hub: Hub, transfer: TransferTable): Promise<void> {
  const { id, toProvince } = transfer;
  const hashes = new Map(evidenceOf(transfer).map((picture) => [picture.id, picture.sha256]));
  const rows = await listEvidenceOf(hub.store.read, TRANSFER_EVIDENCE, id);
  for (const row of rows) {
    const sha256 = hashes.get(row.id);
    if (sha256 === undefined) continue;
    const bytes = Buffer.from(await hub.files.get(fileOf(row.id)));
    const of = Math.ceil(bytes.length / PART_BYTES);
    for (let from = 0; from < of; from += PARTS_PER_DECISION)
      await hub.store.decide(async (tx) => {
        for (let index = from; index < Math.min(of, from + PARTS_PER_DECISION); index++) {
          const part = bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES).toString('base64');
          const picture = { ...pictureOf(row), transfer: id, studentId: transfer.studentId, sha256, index, of, part };
          hub.outbox.queue(tx, toProvince, TransferPicture, picture, { cause: id });
        }
      });
  }
  const evidenceSentAt = isoTime(hub.clock.now());
  await hub.store.decide((tx) => tx.updateTable('transfer').set({ evidenceSentAt }).where('id', '=', id).execute());
}

function pictureOf({ id, fileName, contentType, bytes, width, height, ...row }: EvidenceFileTable) {
  const { uploadedBy, uploadedAt, submittedAt } = row;
  return { id, fileName, contentType, bytes, width, height, uploadedBy, uploadedAt, submittedAt };
}
