import { KEY_CHANGE } from '../../contracts/key-change-kind.ts';
import { tablesOf } from '../../shared/db/tables-of.ts';
import type { EvidenceOwner } from '../../shared/evidence/evidence.ts';
import type { ProvinceDb } from '../schema.ts';
import { findKeyChange } from './table.ts';

/** Evidence of a change: added while it is being filled in or mended, under the one id that both have. */
export const keyChangeEvidence: EvidenceOwner = {
  kind: KEY_CHANGE,
  async orgOf(db, id) {
    const tables = tablesOf<ProvinceDb>(db);
    const drafts = tables.selectFrom('key_change_draft').select('schoolId').where('id', '=', id);
    return (await findKeyChange(tables, id))?.schoolId ?? (await drafts.executeTakeFirst())?.schoolId;
  },
  /** The school that has the pupil since, and those of the group of problem records that is handled by it. */
  async otherOrgsOf(db, id) {
    const tables = tablesOf<ProvinceDb>(db);
    const change = await findKeyChange(tables, id);
    if (!change) return [];
    const { studentId, problemGroup } = change;
    const group = tables.selectFrom('problem_record').select('studentId').where('groupId', '=', problemGroup);
    const pupils = tables
      .selectFrom('student')
      .select('schoolId')
      .where(({ eb, or }) =>
        or([eb('id', 'in', group), ...(change.state === 'approved' ? [eb('id', '=', studentId)] : [])]),
      );
    return (await pupils.execute()).map(({ schoolId }) => schoolId);
  },
  async reasonAgainstChange(db, id) {
    const drafts = tablesOf<ProvinceDb>(db).selectFrom('key_change_draft').select('id').where('id', '=', id);
    return (await drafts.executeTakeFirst()) ? undefined : '申请已提交，证明材料不能再修改；退回后可以补充';
  },
};
