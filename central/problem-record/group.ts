import type { Kysely } from 'kysely';
import { GroupMember } from '../../contracts/problem-group.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { turnOf } from '../../contracts/problem-rules.ts';
import { groupBy } from '../../shared/group-by.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { HubDb } from '../schema.ts';
import type { HeldGroup, MemberFacts, ProblemEventTable, ProblemMemberTable } from './table.ts';

/** Groups as a whole, read from their tables and written into them. */

export async function findGroups(db: Kysely<HubDb>, ids: readonly string[]): Promise<Map<string, HeldGroup>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('problem_group').selectAll().where('id', 'in', ids).execute();
  const members = groupBy(
    await db.selectFrom('problem_member').selectAll().where('groupId', 'in', ids).orderBy('place').execute(),
    ({ groupId }) => groupId,
  );
  const events = groupBy(
    await db.selectFrom('problem_event').selectAll().where('groupId', 'in', ids).orderBy('no').execute(),
    ({ groupId }) => groupId,
  );
  return new Map(
    rows.map(({ turnStudentId: _turn, turnProvince: _at, provinces: _count, remindedFor: _reminded, ...group }) => [
      group.id,
      {
        ...group,
        members: (members.get(group.id) ?? []).map(memberOf),
        events: (events.get(group.id) ?? []).map(({ groupId: _group, no: _no, ...event }) => event),
      },
    ]),
  );
}

export async function findGroup(db: Kysely<HubDb>, id: string): Promise<HeldGroup | undefined> {
  return (await findGroups(db, [id])).get(id);
}

/** The group of this identity that is not closed. */
export async function findOpenGroupOn(db: Kysely<HubDb>, fingerprint: Uint8Array): Promise<HeldGroup | undefined> {
  const row = await db
    .selectFrom('problem_group')
    .select('id')
    .where('fingerprint', '=', fingerprint)
    .where('state', '!=', 'closed')
    .executeTakeFirst();
  return row && findGroup(db, row.id);
}

function memberOf({
  facts,
  evidence,
  lost,
  groupId: _group,
  place: _place,
  ...member
}: ProblemMemberTable): GroupMember {
  return GroupMember.parse({
    ...(JSON.parse(facts) as MemberFacts),
    ...member,
    lost: lost === 1,
    evidence: JSON.parse(evidence) as unknown,
  });
}

/** All of it, as it stands now. */
export async function saveGroup(tx: Tx<HubDb>, { members, events, ...group }: HeldGroup): Promise<void> {
  const turnStudentId = turnOf({ ...group, members });
  const turnProvince = (members.find(({ studentId }) => studentId === turnStudentId)?.province ??
    null) as NodeId | null;
  const provinces = new Set(members.map(({ province }) => province)).size;
  const row = { ...group, turnStudentId, turnProvince, provinces };
  await tx
    .insertInto('problem_group')
    .values({ ...row, remindedFor: null })
    .onConflict((oc) => oc.column('id').doUpdateSet(row))
    .execute();
  for (const [place, member] of members.entries()) {
    const { studentId, since, claimNo, state, lost, handling, evidence, ...facts } = member;
    const { name, studentNumber } = facts;
    const values = {
      place,
      name,
      studentNumber,
      since,
      claimNo,
      state,
      handling,
      province: facts.province as NodeId,
      lost: lost ? 1 : 0,
      facts: JSON.stringify(facts),
      evidence: JSON.stringify(evidence),
    };
    await tx
      .insertInto('problem_member')
      .values({ ...values, groupId: group.id, studentId })
      .onConflict((oc) => oc.columns(['groupId', 'studentId']).doUpdateSet(values))
      .execute();
  }
  await saveEvents(tx, group.id, events);
}

/** What a province tells of its own group has its history from there. */
async function saveEvents(tx: Tx<HubDb>, groupId: string, events: HeldGroup['events']): Promise<void> {
  await tx.deleteFrom('problem_event').where('groupId', '=', groupId).execute();
  if (events.length === 0) return;
  const rows: ProblemEventTable[] = events.map((event, no) => ({ ...event, groupId, no }));
  await tx.insertInto('problem_event').values(rows).execute();
}
