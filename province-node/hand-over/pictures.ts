import { sql } from 'kysely';
import type { z } from 'zod';
import type { TransferPicture } from '../../contracts/hand-over.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { keepCarriedEvidence } from '../../shared/evidence/carried.ts';
import { fileOf } from '../../shared/evidence/evidence.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { SoonWork } from '../../shared/jobs/soon.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { STUDENT_EVIDENCE } from '../student/evidence.ts';
import { sha256 } from './package.ts';

/** What a transfer was decided on, from the hub: it belongs to the record that has come. */

type Picture = z.output<typeof TransferPicture.item>;

/** One that is there already, or came before, changes nothing. */
export async function picturesCame(province: Province, tx: Tx<ProvinceDb>, parts: readonly Picture[]): Promise<void> {
  for (const { id, index, of, part, studentId, ...about } of parts) {
    const sealed = province.vault.sealBytes(Buffer.from(part, 'base64'));
    await tx
      .insertInto('received_picture')
      .values({ id, index, of, studentId, about: JSON.stringify(about), sealed })
      .onConflict((oc) => oc.doNothing())
      .execute();
  }
  afterCommit(tx, () => void soon(province, keepPictures));
}

/** Whole ones become files first, then rows. After a restore the record may be admitted again only later: they wait for it. */
export const keepPictures: SoonWork<Province> = {
  name: 'keep-pictures',
  async run(province) {
    const whole = await province.store.read
      .selectFrom('received_picture')
      .innerJoin('student', 'student.id', 'received_picture.studentId')
      .select(['received_picture.id', 'of', 'studentId', 'student.schoolId'])
      .groupBy(['received_picture.id', 'of', 'studentId', 'student.schoolId'])
      // As a group has it, all parts say the same.
      .having(sql<boolean>`count(*) = received_picture."of"`)
      .execute();
    for (const one of whole) await keepOne(province, one);
  },
};

async function keepOne(
  province: Province,
  { id, studentId, schoolId }: { id: string; studentId: string; schoolId: string },
): Promise<void> {
  const parts = await province.store.read
    .selectFrom('received_picture')
    .select(['about', 'sealed'])
    .where('id', '=', id)
    .orderBy('index')
    .execute();
  const bytes = Buffer.concat(parts.map(({ sealed }) => province.vault.openBytes(sealed)));
  const about = JSON.parse(parts[0]!.about) as Omit<Picture, 'id' | 'index' | 'of' | 'part' | 'studentId'>;
  const { transfer: _transfer, sha256: hash, ...picture } = about;
  const isWhole = sha256(bytes) === hash;
  if (isWhole) await province.files.put(fileOf(id), bytes);
  else province.log.error({ picture: id }, 'a picture of a transfer is not what was told');
  await province.store.decide(async (tx) => {
    const fingerprint = province.vault.fingerprint(bytes.toString('latin1'));
    const owner = { ownerKind: STUDENT_EVIDENCE, ownerId: studentId, orgId: schoolId };
    if (isWhole) await keepCarriedEvidence(tx, [{ ...picture, ...owner, id, fingerprint }]);
    await tx.deleteFrom('received_picture').where('id', '=', id).execute();
  });
}
