import type { EvidenceFile } from '../../contracts/evidence.ts';
import type { AnyContext } from '../context.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import type { FileStore } from '../files.ts';
import type { HttpContext } from '../http/serve.ts';
import type { Picture } from './picture.ts';
import type { EvidenceFileTable, EvidenceTables } from './table.ts';

/** What evidence needs of a node. */
export type EvidenceContext = AnyContext & HttpContext & { files: FileStore };

/** What evidence can belong to: a business declares each kind of it. */
export interface EvidenceOwner {
  kind: string;
  /** What people call it; 证明材料 when it is not said. */
  title?: string;
  /** One picture, the latest (学籍照片): another takes its place. One that was handed in stays behind it. */
  isSingle?: boolean;
  /** Why this picture cannot be one of its, in Chinese; undefined when it can. */
  reasonAgainstPicture?(picture: Pick<Picture, 'width' | 'height'>): string | undefined;
  /** The org that the owner belongs to, by which it may be looked at; undefined when there is no such owner. */
  orgOf(db: AnyDb, ownerId: string): Promise<string | undefined>;
  /** Other orgs whose people may look at it: the other side of a transfer, the school that has the pupil since. */
  otherOrgsOf?(db: AnyDb, ownerId: string): Promise<readonly string[]>;
  /** What is shown as evidence of it, when that is more than its own: pictures of others that it is about. */
  list?(db: AnyDb, ownerId: string): Promise<EvidenceFileTable[]>;
  /** Why evidence can be neither added nor removed now, in Chinese; undefined when it can. */
  reasonAgainstChange(db: AnyDb, ownerId: string): Promise<string | undefined>;
  /** Why what was handed in is not removed, when that is not because it was reviewed. */
  whyKept?: string;
}

/** The name of a picture's bytes in the file store. */
export function fileOf(id: string): string {
  return `${EVIDENCE_FILES}${id}`;
}
const EVIDENCE_FILES = 'evidence-';

/** The evidence of one owner, in the order in which it came. */
export async function listEvidenceOf(db: AnyDb, ownerKind: string, ownerId: string): Promise<EvidenceFileTable[]> {
  return tablesOf<EvidenceTables>(db)
    .selectFrom('evidence_file')
    .selectAll()
    .where('ownerKind', '=', ownerKind)
    .where('ownerId', '=', ownerId)
    .orderBy('uploadedAt')
    .orderBy('id')
    .execute();
}

/** Of an owner with one picture, the one that counts. */
export async function latestEvidenceOf(
  db: AnyDb,
  ownerKind: string,
  ownerId: string,
): Promise<EvidenceFileTable | undefined> {
  return (await listEvidenceOf(db, ownerKind, ownerId)).at(-1);
}

export function viewEvidence(row: EvidenceFileTable): EvidenceFile {
  const { id, fileName, contentType, bytes, width, height, uploadedBy, uploadedAt, submittedAt } = row;
  return { id, fileName, contentType, bytes, width, height, uploadedBy, uploadedAt, submitted: submittedAt !== null };
}

/** It was handed in for review: it stays as part of what was decided on. Answers how many pictures there are. */
export async function submitEvidence(tx: AnyTx, ownerKind: string, ownerId: string, at: string): Promise<number> {
  const db = tablesOf<EvidenceTables>(tx);
  await db
    .updateTable('evidence_file')
    .set({ submittedAt: at })
    .where('ownerKind', '=', ownerKind)
    .where('ownerId', '=', ownerId)
    .where('submittedAt', 'is', null)
    .execute();
  return (await listEvidenceOf(tx, ownerKind, ownerId)).length;
}

/** The owners are thrown away, or what was added to them: answers the files that `removeFiles` removes after the decision. */
export async function dropUnsubmitted(tx: AnyTx, ownerKind: string, ownerIds: readonly string[]): Promise<string[]> {
  const gone = await tablesOf<EvidenceTables>(tx)
    .deleteFrom('evidence_file')
    .where('ownerKind', '=', ownerKind)
    .where('ownerId', 'in', ownerIds)
    .where('submittedAt', 'is', null)
    .returning('id')
    .execute();
  return gone.map(({ id }) => fileOf(id));
}

/**
 * Of an owner with one picture: this one counts from now on. Answers the files of those whose place it takes; what was handed
 * in stays, as what was decided on.
 */
export async function supersede(
  tx: AnyTx,
  { id, ownerKind, ownerId }: EvidenceFileTable,
  at: string,
): Promise<string[]> {
  const db = tablesOf<EvidenceTables>(tx);
  const gone = await db
    .deleteFrom('evidence_file')
    .where('ownerKind', '=', ownerKind)
    .where('ownerId', '=', ownerId)
    .where('submittedAt', 'is', null)
    .where('id', '!=', id)
    .returning('id')
    .execute();
  // An earlier one again, after it was handed in and another took its place.
  const latest = await latestEvidenceOf(tx, ownerKind, ownerId);
  if (latest?.id !== id) await db.updateTable('evidence_file').set({ uploadedAt: at }).where('id', '=', id).execute();
  return gone.map((one) => fileOf(one.id));
}

/** What a crash leaves of it is removed at the next start. */
export async function removeFiles({ files }: Pick<EvidenceContext, 'files'>, names: readonly string[]): Promise<void> {
  for (const name of names) await files.remove(name);
}

/** At boot, before anything is uploaded: pictures whose row was never written, or is gone. */
export async function removeStrayEvidence({ store, files }: EvidenceContext): Promise<void> {
  const rows = await tablesOf<EvidenceTables>(store.read).selectFrom('evidence_file').select('id').execute();
  const wanted = new Set(rows.map(({ id }) => fileOf(id)));
  await removeFiles(
    { files },
    (await files.list(EVIDENCE_FILES)).filter((name) => !wanted.has(name)),
  );
}
