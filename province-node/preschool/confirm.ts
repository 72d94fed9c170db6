import type { z } from 'zod';
import { move } from '../../contracts/core/moves.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { confirmPreschoolMatch, listPreschoolCandidates, Matched } from '../../contracts/preschool.ts';
import { matchMoves, matchStateTitles } from '../../contracts/preschool-rules.ts';
import { regionFullName } from '../../contracts/regions/regions.ts';
import { shownValue } from '../../contracts/student-rules.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Call } from '../../shared/http/serve.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { pupilOf } from './listing.ts';
import { mustAllow } from './progress.ts';
import type { FoundRecord } from './records.ts';
import { candidatesOf } from './rules.ts';
import { getOwnEntry, mustBeShown, PRESCHOOL, takenRecords } from './table.ts';
import type { PreschoolListEntryTable } from './table.ts';

/** 学前学籍确认: whose preschool records it may be (features 1.3). */
export async function candidates(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof listPreschoolCandidates.input>,
): Promise<z.input<typeof listPreschoolCandidates.output>> {
  const entry = await getOwnEntry(province.store.read, id, call.caller);
  const found = await candidatesFor(province, entry);
  const taken = await takenRecords(
    province.store.read,
    found.map((record) => record.id),
    id,
  );
  await call.decide(async (_tx, note) => note(id, `查看待确认的学前学籍 ${found.length} 条`));
  return {
    revision: entry.revision,
    candidates: found.map(({ document: _, idNumberMasked, sex, idType, kindergartenRegion, ...record }) => ({
      ...record,
      sex: shownValue('sex', sex),
      idType: shownValue('idType', idType),
      idNumber: idNumberMasked,
      kindergartenRegion: regionFullName(kindergartenRegion) ?? kindergartenRegion,
      isTaken: taken.has(record.id),
    })),
  };
}

async function candidatesFor(province: Province, entry: PreschoolListEntryTable): Promise<readonly FoundRecord[]> {
  const [found] = await province.preschoolRecords.findEach([pupilOf(province.vault, entry)]);
  return candidatesOf(found ?? []);
}

/** One of them, or none: the person has looked at the papers. Twice with the same answer has one effect. */
export async function confirm(
  province: Province,
  call: Call<ProvinceDb>,
  { id, revision, recordId }: z.output<typeof confirmPreschoolMatch.input>,
): Promise<Matched> {
  const shown = await getOwnEntry(province.store.read, id, call.caller);
  const offered = await candidatesFor(province, shown);
  return call.decide(async (tx, note) => {
    const entry = await getOwnEntry(tx, id, call.caller);
    const isRepeat =
      entry.revision === revision + 1 && entry.recordId === recordId && entry.matchState !== 'to-confirm';
    if (isRepeat) return { id, matchState: entry.matchState };
    mustBeShown(entry, revision);
    await mustAllow(tx, 'confirm', [entry]);
    const matchState = move(matchMoves, recordId === null ? 'none' : 'confirm', entry.matchState);
    if (recordId !== null) await mustBeFree(tx, entry, recordId, offered);
    await tx
      .updateTable('preschool_list_entry')
      .set({ matchState, recordId, revision: revision + 1 })
      .where('id', '=', id)
      .execute();
    tellPages(province, tx, PRESCHOOL, [entry.schoolId]);
    note(id, `确认学前学籍：${matchStateTitles[matchState]}`);
    return { id, matchState };
  });
}

async function mustBeFree(
  tx: Tx<ProvinceDb>,
  entry: PreschoolListEntryTable,
  recordId: string,
  offered: readonly FoundRecord[],
): Promise<void> {
  if (!offered.some((record) => record.id === recordId))
    throw new Problem('illegal-move', '所选学前学籍已不在待确认的范围内，请重新打开确认窗口');
  if ((await takenRecords(tx, [recordId], entry.id)).has(recordId))
    throw new Problem('illegal-move', '所选学前学籍已由名单中的另一名学生接续，请核对后选择其他学前学籍');
}
