import { sql } from 'kysely';
import type { Kysely, RawBuilder } from 'kysely';
import type { ApplicationState } from '../../contracts/application.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { reasonAgainstMove } from '../../contracts/preschool-rules.ts';
import type { PreschoolMove, RegistrationProgress } from '../../contracts/preschool-rules.ts';
import { inSlices } from '../../shared/slices.ts';
import type { ProvinceDb } from '../schema.ts';
import type { PreschoolListEntryTable } from './table.ts';

/** Entries asked about in one statement. */
const ENTRIES_PER_QUERY = 200;

/**
 * Whether the pupil of `entry` has a registration in this state: by document, wherever; without one by who it is, in the same
 * school. The identity leads; `+` keeps the state out of the choice of an index.
 */
function isRegistered(state: ApplicationState): RawBuilder<boolean> {
  return sql<boolean>`case when "entry"."idFingerprint" is not null
    then exists (select 1 from registration r where r."idFingerprint" = "entry"."idFingerprint" and +r.state = ${sql.lit(state)})
    else exists (select 1 from registration r where +r.category = 'none' and +r.state = ${sql.lit(state)}
      and r.name = "entry".name and r."schoolId" = "entry"."schoolId" and r.sex = "entry".sex and r."birthDate" = "entry"."birthDate")
    end`;
}

/**
 * 学籍注册状态 of the pupil of the table `entry`. Of several registrations the farthest counts: one that was returned may have been
 * handed in anew by file. Who has a record in the province is registered, wherever.
 */
export const progressNow = sql<RegistrationProgress>`case
  when exists (select 1 from student s where s."idFingerprint" = "entry"."idFingerprint") then 'finished'
  when ${isRegistered('approved')} then 'finished'
  when ${isRegistered('in-review')} then 'under-way'
  when ${isRegistered('returned')} then 'returned'
  else 'not-begun' end`;

/** The same by the ids of entries. */
export async function progressOf(
  db: Kysely<ProvinceDb>,
  entries: readonly Pick<PreschoolListEntryTable, 'id'>[],
): Promise<Map<string, RegistrationProgress>> {
  const progress = new Map<string, RegistrationProgress>();
  for (const slice of inSlices(entries, ENTRIES_PER_QUERY)) {
    const rows = await db
      .selectFrom('preschool_list_entry as entry')
      .select(['entry.id', progressNow.as('progress')])
      .where(
        'entry.id',
        'in',
        slice.map(({ id }) => id),
      )
      .execute();
    for (const row of rows) progress.set(row.id, row.progress);
  }
  return progress;
}

/** Throws `illegal-move` when the registration of the entry's pupil has gone too far for it. */
export async function mustAllow(
  db: Kysely<ProvinceDb>,
  move: PreschoolMove,
  entries: readonly Pick<PreschoolListEntryTable, 'id' | 'name'>[],
): Promise<void> {
  const progress = await progressOf(db, entries);
  const refused = entries.flatMap(({ id, name }) => {
    const reason = reasonAgainstMove(move, progress.get(id) ?? 'not-begun');
    return reason ? [{ pointer: `/${id}`, detail: `${name}：${reason}` }] : [];
  });
  const [first] = refused;
  if (!first) return;
  const summary = entries.length === 1 ? first.detail : `有 ${refused.length} 人不能操作，${first.detail}`;
  throw new Problem('illegal-move', summary, entries.length === 1 ? {} : { errors: refused });
}
