import { tablesOf } from '../../shared/db/tables-of.ts';
import type { EvidenceOwner } from '../../shared/evidence/evidence.ts';
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
