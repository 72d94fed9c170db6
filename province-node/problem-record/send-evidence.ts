import { createHash } from 'node:crypto';
import { ProblemEvidence } from '../../contracts/problem-group.ts';
import { PROBLEM_EVIDENCE } from '../../contracts/problem-record.ts';
import { fileOf, listEvidenceOf } from '../../shared/evidence/evidence.ts';
import type { SoonWork } from '../../shared/jobs/soon.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Province } from '../context.ts';
import { setHandling } from './handling.ts';
import type { ProblemHandlingTable } from './table.ts';

/** Bytes of a picture in one message: base64 of it stays below the 256 KB that a message may have. */
const PIECE_BYTES = 96 * 1024;

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
    for (const handling of due) await sendOf(province, handling);
  },
};

async function sendOf(province: Province, { id, groupId, recordId }: ProblemHandlingTable): Promise<void> {
  const pictures = await listEvidenceOf(province.store.read, PROBLEM_EVIDENCE, recordId);
  for (const picture of pictures.filter(({ submittedAt }) => submittedAt !== null)) {
    const bytes = await province.files.get(fileOf(picture.id));
    const hash = createHash('sha256').update(bytes).digest('hex');
    const count = Math.ceil(bytes.length / PIECE_BYTES);
    await province.store.decide(async (tx) => {
      for (let index = 0; index < count; index++) {
        const data = Buffer.from(bytes.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES)).toString('base64');
        const piece = { group: groupId, hash, bytes: bytes.length, index, count, data };
        province.outbox.queue(tx, HUB, ProblemEvidence, piece);
      }
    });
  }
  await province.store.decide((tx) => setHandling(tx, id, { evidenceDue: 0 }));
}
