import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import { PRESCHOOL_PHOTO } from '../../contracts/photo.ts';
import type {
  addPreschoolEntry,
  changePreschoolEntry,
  getPreschoolEntry,
  Matched,
  removePreschoolEntries,
} from '../../contracts/preschool.ts';
import { checkListed, matchStateTitles } from '../../contracts/preschool-rules.ts';
import type { ListedPupil } from '../../contracts/preschool-rules.ts';
import { fieldErrorOf } from '../../contracts/registration-checks.ts';
import { reasonAgainstEntry } from '../../contracts/registration-entry.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { dropEvidence } from '../../shared/evidence/carried.ts';
import { removeFiles } from '../../shared/evidence/evidence.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { findOrg } from '../../shared/org/table.ts';
import { inSlices } from '../../shared/slices.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { listedColumns, matchEach, pupilOf, reasonsAgainstListing } from './listing.ts';
import type { ListedColumns } from './listing.ts';
import { mustAllow } from './progress.ts';
import { getOwnEntry, mustBeShown, PRESCHOOL } from './table.ts';
import type { PreschoolListEntryTable } from './table.ts';

/** Only a school with primary stage has first-graders to list. */
export async function mustTeachPrimary({ store }: Province, { org }: Caller): Promise<void> {
  const school = await findOrg(store.read, org.id);
  const entry = { kind: 'primary-entrant', category: 'resident', stage: 'primary' } as const;
  const reason = reasonAgainstEntry(entry, 'import', school?.stages ?? []);
  if (reason) throw new Problem('illegal-move', reason);
}

/** 新增: listed and searched for at once (features 1.2, 1.3). */
export async function add(
  province: Province,
  call: Call<ProvinceDb>,
  { pupil: typed }: z.output<typeof addPreschoolEntry.input>,
): Promise<Matched> {
  await mustTeachPrimary(province, call.caller);
  const { pupil, columns } = checked(province, call.caller.org.id, typed);
  const [match] = await matchEach(province, [pupil]);
  const entry: PreschoolListEntryTable = {
    ...columns,
    ...match!,
    id: province.ids.next(),
    schoolId: call.caller.org.id,
    importId: null,
    supplemented: 0,
    revision: 1,
    createdBy: call.caller.account,
    createdAt: isoTime(province.clock.now()),
  };
  await call.decide(async (tx, note) => {
    await refuseListed(tx, call.caller, columns);
    await tx.insertInto('preschool_list_entry').values(entry).execute();
    tellPages(province, tx, PRESCHOOL, [entry.schoolId]);
    note(entry.id, `新增调档学生，${matchStateTitles[entry.matchState]}`);
  });
  return { id: entry.id, matchState: entry.matchState };
}

/** The pupil as typed, by the rules of the list; throws `invalid-input` with what is wrong at its field. */
function checked(
  { vault, clock }: Province,
  schoolId: string,
  typed: ListedPupil,
): { pupil: ListedPupil; columns: ListedColumns } {
  const today = chinaDate(clock.now());
  const { values, findings } = checkListed(typed, today);
  const errors = findings
    .filter(({ severity }) => severity === 'error')
    .map((finding) => fieldErrorOf('/pupil', finding));
  if (errors.length > 0) throw new Problem('invalid-input', `有 ${errors.length} 项填写有误，请修改`, { errors });
  const columns = listedColumns(vault, schoolId, values, today);
  return { pupil: pupilOf(vault, columns), columns };
}

async function refuseListed(
  tx: Tx<ProvinceDb>,
  caller: Caller,
  columns: ListedColumns,
  exceptEntryId?: string,
): Promise<void> {
  const pointer = columns.idFingerprint ? '/pupil/idNumber' : '/pupil/name';
  const [error] = await reasonsAgainstListing(tx, caller, [{ pointer, columns }], exceptEntryId);
  if (error) throw new Problem('identity-held', error.detail, { errors: [error] });
}

export async function one(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof getPreschoolEntry.input>,
): Promise<z.input<typeof getPreschoolEntry.output>> {
  const entry = await getOwnEntry(province.store.read, id, call.caller);
  await call.decide(async (_tx, note) => note(id, '查看调档学生信息'));
  return { id, revision: entry.revision, pupil: pupilOf(province.vault, entry) };
}

/**
 * 修改: the preschool record is searched for anew. A supplement that was completed for who it was before has to be looked at
 * again; what was typed in it stays.
 */
export async function change(
  province: Province,
  call: Call<ProvinceDb>,
  { id, revision, pupil: typed }: z.output<typeof changePreschoolEntry.input>,
): Promise<Matched> {
  // What stands elsewhere is not there, whatever was typed.
  await getOwnEntry(province.store.read, id, call.caller);
  const { pupil, columns } = checked(province, call.caller.org.id, typed);
  const [match] = await matchEach(province, [pupil], id);
  const { matchState, recordId } = match!;
  await call.decide(async (tx, note) => {
    const before = await getOwnEntry(tx, id, call.caller);
    mustBeShown(before, revision);
    await mustAllow(tx, 'change', [before]);
    await refuseListed(tx, call.caller, columns, id);
    const isSame = isSamePupil(pupilOf(province.vault, before), pupil) && before.recordId === recordId;
    if (!isSame)
      await tx.updateTable('preschool_supplement').set({ completed: null }).where('entryId', '=', id).execute();
    const supplemented = isSame ? before.supplemented : 0;
    await tx
      .updateTable('preschool_list_entry')
      .set({ ...columns, matchState, recordId, supplemented, revision: revision + 1 })
      .where('id', '=', id)
      .execute();
    tellPages(province, tx, PRESCHOOL, [before.schoolId]);
    note(id, `修改调档学生信息，${matchStateTitles[matchState]}`);
  });
  return { id, matchState };
}

function isSamePupil(before: ListedPupil, after: ListedPupil): boolean {
  return (['name', 'sex', 'birthDate', 'idType', 'idNumber'] as const).every((field) => before[field] === after[field]);
}

/** Entries removed in one statement. */
const ENTRIES_PER_QUERY = 200;

/** 删除: all or none, so that a refusal leaves nothing half done. What another window removed already is removed. */
export async function remove(
  province: Province,
  call: Call<ProvinceDb>,
  { entries: chosen }: z.output<typeof removePreschoolEntries.input>,
): Promise<{ removed: number }> {
  const revisions = new Map(chosen.map(({ id, revision }) => [id, revision]));
  const { removed, photos } = await call.decide(async (tx, note) => {
    let removed = 0;
    const photos: string[] = [];
    for (const slice of inSlices(revisions.keys(), ENTRIES_PER_QUERY)) {
      const entries = await tx
        .selectFrom('preschool_list_entry')
        .selectAll()
        .where('id', 'in', slice)
        .where('schoolId', '=', call.caller.org.id)
        .execute();
      for (const entry of entries) mustBeShown(entry, revisions.get(entry.id)!);
      await mustAllow(tx, 'remove', entries);
      const ids = entries.map(({ id }) => id);
      if (ids.length === 0) continue;
      await tx.deleteFrom('preschool_supplement').where('entryId', 'in', ids).execute();
      await tx.deleteFrom('preschool_list_entry').where('id', 'in', ids).execute();
      photos.push(...(await dropEvidence(tx, PRESCHOOL_PHOTO, ids)));
      for (const id of ids) note(id, '删除调档学生');
      removed += ids.length;
    }
    tellPages(province, tx, PRESCHOOL, [call.caller.org.id]);
    return { removed, photos };
  });
  await removeFiles(province, photos);
  return { removed };
}
