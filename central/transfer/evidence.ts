import { createHash } from 'node:crypto';
import { Problem } from '../../contracts/core/problems.ts';
import type { TransferEvidence } from '../../contracts/packed-record.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tablesOf } from '../../shared/db/tables-of.ts';
import { fileOf, listEvidenceOf } from '../../shared/evidence/evidence.ts';
import type { EvidenceOwner } from '../../shared/evidence/evidence.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { findTransfer } from './table.ts';

/** The kind under which a transfer owns evidence, from the look-up on. */
export const TRANSFER_EVIDENCE = 'transfer';

/** Evidence of a transfer: given by the school that applies, looked at by both sides. */
export const transferEvidence: EvidenceOwner = {
  kind: TRANSFER_EVIDENCE,
  async orgOf(db, id) {
    const hubDb = tablesOf<HubDb>(db);
    const drafts = hubDb.selectFrom('transfer_draft').select('schoolId').where('id', '=', id);
    return (await findTransfer(hubDb, id))?.toSchoolId ?? (await drafts.executeTakeFirst())?.schoolId;
  },
  async otherOrgsOf(db, id) {
    const transfer = await findTransfer(tablesOf<HubDb>(db), id);
    return transfer ? [transfer.fromSchoolId] : [];
  },
  async reasonAgainstChange(db, id) {
    return (await findTransfer(tablesOf<HubDb>(db), id)) ? '申请已提交，证明材料不能再修改' : undefined;
  },
};

type Hashes = ReadonlyMap<string, string>;

/** SHA-256 of each picture that was given to it so far: files are read outside of decisions. */
export async function hashesOf({ store, files }: Hub, id: string): Promise<Hashes> {
  const hashes = new Map<string, string>();
  for (const { id: picture } of await listEvidenceOf(store.read, TRANSFER_EVIDENCE, id)) {
    // Removed meanwhile: the decision reads again which there are.
    const bytes = await files.get(fileOf(picture)).catch(() => undefined);
    if (bytes) hashes.set(picture, createHash('sha256').update(bytes).digest('hex'));
  }
  return hashes;
}

/** What is handed in now. Throws `illegal-move` for a picture that came while the others were read. */
export async function handedIn(tx: Tx<HubDb>, id: string, hashes: Hashes): Promise<TransferEvidence[]> {
  const rows = await listEvidenceOf(tx, TRANSFER_EVIDENCE, id);
  return rows.map(({ id: picture, fileName, bytes }) => {
    const sha256 = hashes.get(picture);
    if (!sha256) throw new Problem('illegal-move', '证明材料刚刚有变动，请核对后再次提交；填写的内容没有丢失');
    return { id: picture, fileName, bytes, sha256 };
  });
}
