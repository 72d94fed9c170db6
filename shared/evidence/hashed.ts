import { createHash } from 'node:crypto';
import type { EvidenceFile } from '../../contracts/evidence.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { fileOf, listEvidenceOf } from './evidence.ts';
import type { EvidenceContext } from './evidence.ts';

/** A picture as another node names it: by what is in it. */
export interface HashedPicture extends Pick<EvidenceFile, 'id' | 'fileName' | 'contentType' | 'bytes'> {
  /** SHA-256 in hex. */
  hash: string;
}

/** Before the decision that hands them in: files are not read in decisions. */
export async function hashEvidence(
  { store, files }: Pick<EvidenceContext, 'store' | 'files'>,
  ownerKind: string,
  ownerId: string,
): Promise<HashedPicture[]> {
  const hashed: HashedPicture[] = [];
  for (const { id, fileName, contentType, bytes } of await listEvidenceOf(store.read, ownerKind, ownerId)) {
    const hash = createHash('sha256')
      .update(await files.get(fileOf(id)))
      .digest('hex');
    hashed.push({ id, hash, fileName, contentType, bytes });
  }
  return hashed;
}

/** In that decision: they are those that were hashed. */
export async function mustBeAsHashed(
  db: AnyDb,
  ownerKind: string,
  ownerId: string,
  hashed: readonly HashedPicture[],
): Promise<void> {
  const now = await listEvidenceOf(db, ownerKind, ownerId);
  if (now.map(({ id }) => id).join() !== hashed.map(({ id }) => id).join())
    throw new Problem('stale-revision', '证明材料刚有变化，请核对后再提交');
}
