import { tablesOf } from '../../shared/db/tables-of.ts';
import type { EvidenceOwner } from '../../shared/evidence/evidence.ts';
import type { ProvinceDb } from '../schema.ts';
import { IN_PROVINCE_TRANSFER } from '../../contracts/in-province-transfer.ts';
import { findInProvince } from './table.ts';

/** Evidence of a transfer within the province: given by the school that applies, looked at by both sides. */
export const inProvinceEvidence: EvidenceOwner = {
  kind: IN_PROVINCE_TRANSFER,
  async orgOf(db, id) {
    const tables = tablesOf<ProvinceDb>(db);
    const drafts = tables.selectFrom('in_province_draft').select('schoolId').where('id', '=', id);
    return (await findInProvince(tables, id))?.toSchoolId ?? (await drafts.executeTakeFirst())?.schoolId;
  },
  /** Also the school that the pupil has gone on to since. */
  async otherOrgsOf(db, id) {
    const tables = tablesOf<ProvinceDb>(db);
    const transfer = await findInProvince(tables, id);
    if (!transfer) return [];
    const pupils = tables.selectFrom('student').select('schoolId').where('id', '=', transfer.studentId);
    const now = transfer.state === 'approved' ? await pupils.execute() : [];
    return [transfer.fromSchoolId, ...now.map(({ schoolId }) => schoolId)];
  },
  async reasonAgainstChange(db, id) {
    return (await findInProvince(tablesOf<ProvinceDb>(db), id)) ? '申请已提交，证明材料不能再修改' : undefined;
  },
};
