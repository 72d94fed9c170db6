import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import { EVIDENCE_BYTES_MAX } from '../../contracts/evidence.ts';
import type { ProblemEvidence } from '../../contracts/problem-group.ts';
import { PROBLEM_EVIDENCE } from '../../contracts/problem-record.ts';
import { isoTime } from '../../shared/clock.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { keepCarriedEvidence } from '../../shared/evidence/carried.ts';
import { fileOf, listEvidenceOf } from '../../shared/evidence/evidence.ts';
import { readPicture } from '../../shared/evidence/read-picture.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { SoonWork } from '../../shared/jobs/soon.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { findGroup } from './group.ts';
import type { KeptMember } from './group.ts';
import { tellGroupPages } from './change-group.ts';

type Piece = z.output<typeof ProblemEvidence.item>;

/** Pieces of pictures of another province's record; whichever comes first, they or the group that names them. */
export async function piecesCame(province: Province, tx: Tx<ProvinceDb>, pieces: readonly Piece[]): Promise<void> {
  for (const { group, hash, index, count, bytes, data } of pieces) {
    if (bytes > EVIDENCE_BYTES_MAX || index >= count) continue;
    await tx
      .insertInto('problem_evidence_part')
      .values({ groupId: group, hash, index, count, bytes, data: Buffer.from(data, 'base64') })
      .onConflict((oc) => oc.doNothing())
      .execute();
  }
  afterCommit(tx, () => void soon(province, keepEvidence));
}

/** Pictures that have come whole are checked against their hash and kept as files, like those that are uploaded here. */
export const keepEvidence: SoonWork<Province> = {
  name: 'keep-problem-evidence',
  async run(province) {
    const whole = await province.store.read
      .selectFrom('problem_evidence_part')
      .select(['groupId', 'hash'])
      .groupBy(['groupId', 'hash'])
      .having(({ fn, eb }) => eb(fn.countAll(), '=', fn.max('count')))
      .execute();
    for (const { groupId, hash } of whole) await keepOne(province, groupId, hash);
  },
};

async function keepOne(province: Province, groupId: string, hash: string): Promise<void> {
  const { store, node } = province;
  const group = await findGroup(province, store.read, groupId);
  const members = (group?.members ?? []).filter((member) => member.province !== node && names(member, hash));
  // The group that names it is still to come.
  if (!group || members.length === 0) return;
  const parts = await store.read
    .selectFrom('problem_evidence_part')
    .select('data')
    .where('groupId', '=', groupId)
    .where('hash', '=', hash)
    .orderBy('index')
    .execute();
  const bytes = Buffer.concat(parts.map(({ data }) => data));
  const isTrue = createHash('sha256').update(bytes).digest('hex') === hash;
  const ids = isTrue ? await filesFor(province, members, bytes) : [];
  await store.decide(async (tx) => {
    await tx.deleteFrom('problem_evidence_part').where('groupId', '=', groupId).where('hash', '=', hash).execute();
    if (!isTrue) province.log.warn({ group: groupId, hash }, 'a picture that came is not the one that was named');
    for (const { member, id, picture } of ids) await keepRow(province, tx, member, hash, { id, ...picture });
    tellGroupPages(province, tx, group);
  });
}

function names({ evidence }: KeptMember, hash: string): boolean {
  return evidence.some((one) => one.hash === hash);
}

type Picture = Awaited<ReturnType<typeof readPicture>>;
interface FileFor {
  member: KeptMember;
  id: string;
  picture: Picture;
}

/** The bytes are read to their end, as what people upload is: what is no picture is not kept. */
async function filesFor(province: Province, members: readonly KeptMember[], bytes: Buffer): Promise<FileFor[]> {
  const kept: FileFor[] = [];
  try {
    const picture = await readPicture(bytes);
    for (const member of members) {
      const known = await listEvidenceOf(province.store.read, PROBLEM_EVIDENCE, member.id);
      if (known.some(({ fingerprint }) => fingerprint.equals(printOf(province, picture)))) continue;
      const id = province.ids.next();
      await province.files.put(fileOf(id), picture.bytes);
      kept.push({ member, id, picture });
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    province.log.warn({ err: error }, 'what came as a picture of evidence is none');
  }
  return kept;
}

function printOf({ vault }: Province, { bytes }: Picture): Buffer {
  return vault.fingerprint(Buffer.from(bytes).toString('latin1'));
}

async function keepRow(
  province: Province,
  tx: Tx<ProvinceDb>,
  { id: ownerId, evidence, provinceName, schoolName }: KeptMember,
  hash: string,
  { bytes, ...picture }: Picture & { id: string },
): Promise<void> {
  const at = isoTime(province.clock.now());
  const { fileName = '' } = evidence.find((one) => one.hash === hash) ?? {};
  await keepCarriedEvidence(tx, [
    {
      ...picture,
      ownerKind: PROBLEM_EVIDENCE,
      ownerId,
      fileName,
      // The other province's school is no org here.
      orgId: `${province.province.code}0000`,
      bytes: bytes.length,
      fingerprint: printOf(province, { bytes, ...picture }),
      uploadedBy: `${provinceName} ${schoolName}`,
      uploadedAt: at,
      submittedAt: at,
    },
  ]);
}
