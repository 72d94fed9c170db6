import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { EVIDENCE_BYTES_MAX } from '../../contracts/evidence.ts';
import { ProblemEvidence } from '../../contracts/problem-group.ts';
import type { HandlingEvidence } from '../../contracts/problem-group.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tablesOf } from '../../shared/db/tables-of.ts';
import { keepCarriedEvidence } from '../../shared/evidence/carried.ts';
import { fileOf } from '../../shared/evidence/evidence.ts';
import type { EvidenceOwner } from '../../shared/evidence/evidence.ts';
import { readPicture } from '../../shared/evidence/read-picture.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { SoonWork } from '../../shared/jobs/soon.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { findGroup } from './group.ts';
import { tellGroupPages } from './tell.ts';

/**
 * Pictures of evidence (2.6, 2.7): handed in at one province, they come in pieces, are passed on at once to the others of the group, and are kept here for
 * the ministry when the whole has the hash that was handed in.
 */

export const PROBLEM_EVIDENCE = 'problem-group';
/** Of at most 96 KB each. */
const PIECES_MAX = 32;

/** Looked at by the ministry on the bench; a province has its own copies. */
export const problemEvidence: EvidenceOwner = {
  kind: PROBLEM_EVIDENCE,
  async orgOf(db, id) {
    const groups = tablesOf<HubDb>(db).selectFrom('problem_group').select('id').where('id', '=', id);
    return (await groups.executeTakeFirst()) && 'ministry';
  },
  reasonAgainstChange: () => Promise.resolve('问题学籍的证明材料由处理学校上传，不能在这里修改'),
};

/** A piece that nobody handed in is not taken (attack: a province fills the disk, or answers for another's record). */
export async function piecesCame(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<z.output<typeof ProblemEvidence.item>>,
  { from }: { from: NodeId },
): Promise<void> {
  for (const piece of items) {
    const group = await findGroup(tx, piece.group);
    const handedIn = group?.members.some(
      ({ province, evidence }) => province === from && evidence.some((one) => isPieceOf(piece, one)),
    );
    if (!group || !handedIn || piece.count > PIECES_MAX || piece.index < 0 || piece.index >= piece.count) {
      hub.log.warn({ group: piece.group, from }, 'a piece of evidence that nobody handed in');
      continue;
    }
    for (const province of new Set(group.members.map((member) => member.province as NodeId)))
      if (province !== from) hub.outbox.queue(tx, province, ProblemEvidence, piece);
    const { hash, index, count, bytes } = piece;
    await tx
      .insertInto('problem_piece')
      .values({ groupId: group.id, hash, index, count, bytes, sealed: hub.vault.seal(piece.data) })
      .onConflict((oc) => oc.doNothing())
      .execute();
    afterCommit(tx, () => void soon(hub, keepPictures));
  }
}

function isPieceOf({ hash, bytes }: z.output<typeof ProblemEvidence.item>, one: HandlingEvidence): boolean {
  return one.hash === hash && one.bytes === bytes && bytes <= EVIDENCE_BYTES_MAX;
}

/** Puts whole pictures into the file store: outside of the decision that took their last piece. */
export const keepPictures: SoonWork<Hub> = {
  name: 'keep-problem-pictures',
  async run(hub) {
    const whole = await hub.store.read
      .selectFrom('problem_piece')
      .select(['groupId', 'hash', 'bytes'])
      .groupBy(['groupId', 'hash'])
      .having((eb) => eb(eb.fn.countAll<number>(), '=', eb.fn.max('count')))
      .execute();
    for (const one of whole) await keepPicture(hub, one);
  },
};

interface Whole {
  groupId: string;
  hash: string;
  bytes: number;
}

async function keepPicture(hub: Hub, { groupId, hash }: Whole): Promise<void> {
  const pieces = await hub.store.read
    .selectFrom('problem_piece')
    .select('sealed')
    .where('groupId', '=', groupId)
    .where('hash', '=', hash)
    .orderBy('index')
    .execute();
  const bytes = Buffer.concat(pieces.map(({ sealed }) => Buffer.from(hub.vault.open(sealed), 'base64')));
  const picture = await readWhole(bytes, hash);
  const id = hub.ids.next();
  if ('bytes' in picture) await hub.files.put(fileOf(id), picture.bytes);
  const isKept = await hub.store.decide(async (tx) => {
    await tx.deleteFrom('problem_piece').where('groupId', '=', groupId).where('hash', '=', hash).execute();
    const known = await tx
      .selectFrom('problem_picture')
      .select('fileId')
      .where('groupId', '=', groupId)
      .where('hash', '=', hash)
      .executeTakeFirst();
    // Handed in by both, or sent again: the first stays.
    if (known?.fileId) return false;
    const kept = 'bytes' in picture ? { fileId: id, fault: null } : { fileId: null, fault: picture.fault };
    if ('bytes' in picture) await saveRow(hub, tx, { groupId, hash }, { ...picture, id, bytes: picture.bytes.length });
    else hub.log.warn({ group: groupId, fault: picture.fault }, 'a picture of evidence cannot be used');
    await tx
      .insertInto('problem_picture')
      .values({ groupId, hash, ...kept })
      .onConflict((oc) => oc.columns(['groupId', 'hash']).doUpdateSet(kept))
      .execute();
    tellGroupPages(hub, tx);
    return 'bytes' in picture;
  });
  if (!isKept) await hub.files.remove(fileOf(id));
}

type Read = Awaited<ReturnType<typeof readPicture>>;

/** What is not the picture that was handed in, or none at all, is not shown to anybody. */
async function readWhole(bytes: Buffer, hash: string): Promise<Read | { fault: string }> {
  if (createHash('sha256').update(bytes).digest('hex') !== hash) return { fault: '收到的图片与提交时的不一致' };
  try {
    return await readPicture(bytes);
  } catch (error) {
    if (error instanceof Problem) return { fault: '收到的文件不是可以显示的图片' };
    throw error;
  }
}

async function saveRow(
  hub: Hub,
  tx: Tx<HubDb>,
  { groupId, hash }: Pick<Whole, 'groupId' | 'hash'>,
  { id, bytes, contentType, width, height }: Omit<Read, 'bytes'> & { id: string; bytes: number },
): Promise<void> {
  const group = must(await findGroup(tx, groupId), 'the group of a picture');
  const member = must(
    group.members.find(({ evidence }) => evidence.some((one) => one.hash === hash)),
    'the member of a picture',
  );
  const { fileName } = must(
    member.evidence.find((one) => one.hash === hash),
    'the picture',
  );
  const at = isoTime(hub.clock.now());
  await keepCarriedEvidence(tx, [
    {
      id,
      fileName,
      contentType,
      bytes,
      width,
      height,
      ownerKind: PROBLEM_EVIDENCE,
      ownerId: groupId,
      orgId: 'ministry',
      fingerprint: hub.vault.fingerprint(hash),
      uploadedBy: member.schoolName,
      uploadedAt: at,
      submittedAt: at,
    },
  ]);
}
