import { sql } from 'kysely';
import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { canonicaliseName } from '../../contracts/people/names.ts';
import type {
  countLinkedGroups,
  exportLinkedGroups,
  LinkedGroupRow,
  listCrossArbitrations,
  listLinkedGroups,
} from '../../contracts/problem-linkage.ts';
import { kindsOfType } from '../../contracts/problem-record.ts';
import { must } from '../../shared/assert.ts';
import type { Call } from '../../shared/http/serve.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Hub } from '../context.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import { findGroups } from './group.ts';
import type { HeldGroup } from './table.ts';
import { lateSince, reasonAgainstUrging } from './urge.ts';
import { reachOf, turnFacts } from './view.ts';

type Query = SelectQueryBuilder<HubDb, 'problem_group', { id: string }>;
type Conditions = z.output<typeof exportLinkedGroups.input>;

/** The words of the partial index `problem_group_open`. */
const isOpen = sql<boolean>`problem_group.state <> 'closed'`;

const ordering = {
  sortable: { turnSince: 'problem_group.turnSince' },
  defaultSort: '-turnSince',
  unique: 'problem_group.id',
};

/** 问题学籍联动: every group of the nation, the hub's and the provinces', the latest turn first. */
export function findLinked(
  hub: Hub,
  _call: Call<HubDb>,
  input: z.output<typeof listLinkedGroups.input>,
): Promise<Page<{ id: string }>> {
  return pageOf(selectGroups(hub, input), input, ordering);
}

function selectGroups(hub: Hub, input: Conditions): Query {
  const nowMs = hub.clock.now();
  let query: Query = hub.store.read.selectFrom('problem_group').select('problem_group.id');
  if (input.reach) query = query.where('provinces', input.reach === 'cross-province' ? '>' : '=', 1);
  if (input.type) query = query.where('kind', 'in', kindsOfType[input.type]);
  if (input.kind) query = query.where('kind', '=', input.kind);
  if (input.origin) query = query.where('origin', '=', input.origin);
  if (input.state) query = query.where('state', '=', input.state);
  if (input.turnProvince) query = query.where('turnProvince', '=', input.turnProvince as NodeId).where(isOpen);
  if (input.late === 'yes') query = query.where(isOpen).where('turnSince', '<', lateSince(nowMs));
  if (input.late === 'no')
    query = query.where((eb) => eb.or([eb('state', '=', 'closed'), eb('turnSince', '>=', lateSince(nowMs))]));
  if (input.province) query = query.where(hasMember('province', input.province));
  if (input.name) query = query.where(hasMember('name', canonicaliseName(input.name)));
  if (input.studentNumber) query = query.where(hasMember('studentNumber', input.studentNumber));
  return query;
}

/** 跨省问题学籍仲裁: who has waited longest first; of those that are decided the latest. */
export function findArbitrations(
  hub: Hub,
  _call: Call<HubDb>,
  input: z.output<typeof listCrossArbitrations.input>,
): Promise<Page<{ id: string }>> {
  const isWaiting = input.state === 'waiting';
  let query: Query = hub.store.read.selectFrom('problem_group').select('problem_group.id').where('owner', '=', 'hub');
  query = isWaiting
    ? query.where('state', '=', 'arbitration').where(isOpen)
    : query.where(sql<boolean>`problem_group.id in (select "groupId" from problem_proposal where state = 'confirmed')`);
  if (input.origin) query = query.where('origin', '=', input.origin);
  if (input.name) query = query.where(hasMember('name', canonicaliseName(input.name)));
  const defaultSort = isWaiting ? 'turnSince' : '-turnSince';
  return pageOf(query, input, { ...ordering, defaultSort });
}

function hasMember(column: 'province' | 'name' | 'studentNumber', value: string) {
  const member = sql.ref(`problem_member.${column}`);
  return sql<boolean>`problem_group.id in (select "groupId" from problem_member where ${member} = ${value})`;
}

export async function showGroups(hub: Hub, rows: ReadonlyArray<{ id: string }>): Promise<LinkedGroupRow[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const groups = await findGroups(hub.store.read, ids);
  const proposals = await hub.store.read
    .selectFrom('problem_proposal')
    .select(['groupId', 'personName'])
    .where('groupId', 'in', ids)
    .where('state', '=', 'proposed')
    .execute();
  const proposedBy = new Map(proposals.map(({ groupId, personName }) => [groupId, personName]));
  const nowMs = hub.clock.now();
  return ids.map((id) => rowOf(must(groups.get(id), 'a group'), proposedBy.get(id) ?? null, nowMs));
}

function rowOf(group: HeldGroup, proposedBy: string | null, nowMs: number): LinkedGroupRow {
  const { id, kind, origin, state, openedAt, turnSince, members } = group;
  return {
    id,
    kind,
    origin,
    state,
    openedAt,
    turnSince,
    proposedBy,
    ...turnFacts(group, nowMs),
    reach: reachOf(group),
    members: members.map(({ studentId, name, schoolName, provinceName }) => ({
      studentId,
      name,
      schoolName,
      provinceName,
    })),
    idNumber: members[0]?.maskedIdentity ?? '',
    reasonAgainstUrging: reasonAgainstUrging(group, nowMs),
  };
}

/** What is open, for the ministry at a glance; from the partial index of what is. */
export async function countGroups(hub: Hub, _call: Call<HubDb>): Promise<z.input<typeof countLinkedGroups.output>> {
  const db = hub.store.read;
  const late = lateSince(hub.clock.now());
  const counts = await openGroups(db)
    .select(['state', 'owner', 'turnProvince', 'provinces', sql<number>`count(*)`.as('total')])
    .select(sql<number>`sum("turnSince" < ${late})`.as('late'))
    .groupBy(['state', sql.ref('owner'), 'turnProvince', sql.ref('provinces')])
    .execute();
  const sum = (rows: typeof counts, of: 'total' | 'late'): number => rows.reduce((all, row) => all + row[of], 0);
  const proposed = await db
    .selectFrom('problem_proposal')
    .select(sql<number>`count(*)`.as('total'))
    .where('state', '=', 'proposed')
    .executeTakeFirstOrThrow();
  const provinces = [...new Set(counts.flatMap(({ turnProvince }) => turnProvince ?? []))].toSorted();
  return {
    crossProvince: sum(
      counts.filter((row) => row.provinces > 1),
      'total',
    ),
    inProvince: sum(
      counts.filter((row) => row.provinces === 1),
      'total',
    ),
    arbitration: sum(
      counts.filter((row) => row.state === 'arbitration' && row.owner === 'hub'),
      'total',
    ),
    proposed: proposed.total,
    late: sum(counts, 'late'),
    provinces: provinces.map((province) => {
      const there = counts.filter(({ turnProvince }) => turnProvince === province);
      return {
        province,
        provinceName: nodeName(province),
        waiting: sum(there, 'total'),
        late: sum(there, 'late'),
      };
    }),
  };
}

const openGroups = (db: Kysely<HubDb>) => db.selectFrom('problem_group').where(isOpen);
