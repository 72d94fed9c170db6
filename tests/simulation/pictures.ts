import type { EvidenceFileTable } from '../../shared/evidence/table.ts';
import { fileOf } from '../../shared/evidence/evidence.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Desk } from './desk.ts';

/** A picture as its upload leaves it: reading it is not what is tried here. */
export async function showEvidence(
  { node }: Pick<Desk, 'node'>,
  owner: Pick<EvidenceFileTable, 'ownerKind' | 'ownerId' | 'orgId'>,
): Promise<void> {
  const { running } = node;
  if (!running) return;
  const { store, ids, clock, random, files } = running.context;
  const picture = { contentType: 'image/jpeg', bytes: 1_000, width: 100, height: 100, fileName: '证明.jpg' } as const;
  const uploaded = { uploadedBy: '', uploadedAt: isoTime(clock.now()), submittedAt: null };
  const row = { ...picture, ...owner, ...uploaded, id: ids.next(), fingerprint: Buffer.from(random.bytes(16)) };
  await files.put(fileOf(row.id), random.bytes(picture.bytes));
  // Of a node that crashes meanwhile nobody knows whether it is there: handing in will tell.
  await store.decide((tx) => tx.insertInto('evidence_file').values(row).execute()).catch(() => undefined);
}
