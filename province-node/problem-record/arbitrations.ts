import { sql } from 'kysely';
import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import { canonicaliseName } from '../../contracts/people/names.ts';
import type { ArbitrationRow, listArbitrations } from '../../contracts/problem-record.ts';
import type { Call } from '../../shared/http/serve.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { findGroups } from './group.ts';
import type { KeptGroup } from './group.ts';
import { dueOf } from './queries.ts';

/** 仲裁: groups that wait for the caller's bureau, who has waited longest first; or what it has decided. */
export function findArbitrations(
  province: Province,
  { caller }: Call<ProvinceDb>,
  { page, pageSize, sort, state, kind, name }: z.output<typeof listArbitrations.input>,
): Promise<Page<{ id: string }>> {
  let query = province.store.read
    .selectFrom('problem_group')
    .select('problem_group.id')
    .where('arbiterOrgId', '=', caller.org.id);
  if (state === 'waiting') query = query.where('state', '=', 'arbitration');
  else
    query = query.where(
      sql<boolean>`exists (select 1 from problem_event where "groupId" = problem_group.id and act = 'arbitrate')`,
    );
  if (kind) query = query.where('kind', '=', kind);
  if (name)
    query = query.where(({ eb, selectFrom }) =>
      eb(
        'problem_group.id',
        'in',
        selectFrom('problem_record')
          .innerJoin('student', 'student.id', 'problem_record.studentId')
          .select('problem_record.groupId')
          .where('student.name', '=', canonicaliseName(name)),
      ),
    );
  const ordering = {
    sortable: { turnSince: 'problem_group.turnSince' },
    defaultSort: state === 'waiting' ? 'turnSince' : '-turnSince',
    unique: 'problem_group.id',
  };
  return pageOf(query, { page, pageSize, sort }, ordering);
}

export async function showArbitrations(
  province: Province,
  found: readonly { id: string }[],
): Promise<ArbitrationRow[]> {
  const ids = found.map(({ id }) => id);
  const groups = await findGroups(province, province.store.read, ids);
  return ids.flatMap((id) => rowOf(province, groups.get(id)));
}

function rowOf({ clock }: Province, group: KeptGroup | undefined): ArbitrationRow[] {
  const [first] = group?.members ?? [];
  if (!group || !first) return [];
  const { id: groupId, kind, origin, state: groupState, members } = group;
  const each = (of: (member: KeptGroup['members'][number]) => string): string =>
    [...new Set(members.map(of))].join('、');
  return [
    {
      groupId,
      kind,
      origin,
      groupState,
      id: first.id,
      names: each(({ name }) => name),
      schools: each(({ schoolName }) => schoolName),
      idNumber: first.maskedIdentity,
      ...dueOf(clock.now(), group),
    },
  ];
}
