import { sql } from 'kysely';
import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import type { exportPreschoolList, listPreschoolEntries, PreschoolEntry } from '../../contracts/preschool.ts';
import type { RegistrationProgress } from '../../contracts/preschool-rules.ts';
import { shownValue } from '../../contracts/student-rules.ts';
import { nextTurn } from '../../shared/clock.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { withinScope } from '../../shared/org/scope.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Province } from '../context.ts';
import { fingerprintsOfNumber } from '../registration/form.ts';
import type { ProvinceDb } from '../schema.ts';
import { progressNow } from './progress.ts';
import type { PreschoolListEntryTable } from './table.ts';

export type ListConditions = z.output<typeof exportPreschoolList.input>;

/** What a list shows of an entry, and what its registration is recognised by. */
export type ListedEntry = Omit<
  PreschoolListEntryTable,
  'identity' | 'listKey' | 'importId' | 'createdBy' | 'idFingerprint' | 'schoolId'
> & { fileName: string | null; progress: RegistrationProgress };

/**
 * The entries that conditions select, within the caller's scope. They are counted and ordered from an index of the school
 * alone: what only the rows of a page show is not joined.
 */
export function selectEntries({ store, vault }: Province, caller: Caller, conditions: ListConditions) {
  const { name, idNumber, fileName, matchState, idType, supplement, progress } = conditions;
  return store.read
    .selectFrom('preschool_list_entry as entry')
    .select(['entry.id', 'entry.name', 'entry.sex', 'entry.birthDate', 'entry.idType'])
    .select(['entry.category', 'entry.idNumberMasked', 'entry.matchState', 'entry.recordId'])
    .select(['entry.supplemented', 'entry.revision', 'entry.createdAt', progressNow.as('progress')])
    .select(({ selectFrom }) =>
      selectFrom('preschool_import as import')
        .select('import.fileName')
        .whereRef('import.id', '=', 'entry.importId')
        .as('fileName'),
    )
    .where(withinScope('entry.schoolId', caller))
    .$if(Boolean(name), (q) => q.where('entry.name', '>=', name!).where('entry.name', '<', `${name}\uffff`))
    .$if(Boolean(idNumber), (q) =>
      // The number leads, not the school.
      q.where('entry.id', 'in', ({ selectFrom }) =>
        selectFrom('preschool_list_entry').select('id').where('listKey', 'in', fingerprintsOfNumber(vault, idNumber!)),
      ),
    )
    .$if(Boolean(fileName), (q) =>
      q.where('entry.importId', 'in', ({ selectFrom }) =>
        selectFrom('preschool_import')
          .select('id')
          .where(withinScope('schoolId', caller))
          .where(sql<boolean>`"fileName" like ${`%${fileName!.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`),
      ),
    )
    .$if(matchState !== undefined, (q) => q.where('entry.matchState', '=', matchState!))
    .$if(idType !== undefined, (q) => q.where('entry.idType', '=', idType!))
    .$if(progress !== undefined, (q) => q.where(progressNow, '=', progress!))
    .$if(supplement !== undefined, (q) => q.where('entry.supplemented', '=', supplement === 'done' ? 1 : 0));
}

/** Ids sort by time of making: newest first. */
const ordering = {
  sortable: { createdAt: 'entry.id', name: 'entry.name' },
  defaultSort: '-createdAt',
  unique: 'entry.id',
};

/** 学前调档名单列表 (features 1.2), newest first. */
export async function entriesOf(
  province: Province,
  call: Call<ProvinceDb>,
  { page, pageSize, sort, ...conditions }: z.output<typeof listPreschoolEntries.input>,
): Promise<Page<PreschoolEntry>> {
  const query = selectEntries(province, call.caller, conditions);
  const { total, rows } = await pageOf(query, { page, pageSize, sort }, ordering);
  return { total, rows: rows.map(viewEntry) };
}

function viewEntry({
  recordId: _,
  supplemented,
  idNumberMasked: idNumber,
  sex,
  idType,
  ...entry
}: ListedEntry): PreschoolEntry {
  return {
    ...entry,
    sex: shownValue('sex', sex),
    idType: shownValue('idType', idType),
    idNumber,
    supplement: supplemented === 1 ? 'done' : 'open',
  };
}

/** Entries read between two turns of the event loop. */
const ENTRIES_PER_TURN = 200;

/** Every entry that the conditions select, in the order of entry; `ids` narrows them further. */
export async function* everyEntry(
  province: Province,
  caller: Caller,
  conditions: ListConditions,
  ids?: readonly string[],
): AsyncGenerator<ListedEntry[]> {
  for (let after = ''; ;) {
    const slice = await selectEntries(province, caller, conditions)
      .$if(ids !== undefined, (q) => q.where('entry.id', 'in', [...ids!]))
      .where('entry.id', '>', after)
      .orderBy('entry.id')
      .limit(ENTRIES_PER_TURN)
      .execute();
    const last = slice.at(-1);
    if (!last) return;
    yield slice;
    after = last.id;
    await nextTurn();
  }
}
