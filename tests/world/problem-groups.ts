import type { z } from 'zod';
import { actsCame } from '../../central/problem-record/acts.ts';
import { recordsLoaded } from '../../central/problem-record/loaded.ts';
import { groupsTold } from '../../central/problem-record/told.ts';
import { ProblemAct, ProblemTold, RecordLoaded } from '../../contracts/problem-group.ts';
import type { HandlingEvidence, ProblemGroup } from '../../contracts/problem-group.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { insertOrgs } from '../../shared/org/table.ts';
import { ministryOrg } from '../../deploy/demo/accounts.ts';
import type { TestHub } from './hub.ts';

/** What provinces say to the hub of problem groups, at the level of its tables. */

export type Loading = z.input<typeof RecordLoaded.item>;

/** A loaded record of the identity `number`; registered in the year `since`. */
export function loading(studentId: string, number: string, since = 2018, more: Partial<Loading> = {}): Loading {
  const school = { schoolId: '2137000001', schoolName: '济南市第一小学', stage: 'primary', cohort: since } as const;
  const person = { name: '张小丰', sex: '1', birthDate: '2011-03-04', idType: '1', category: 'resident' } as const;
  const identity = { identityKey: `resident:${number}`, studentNumber: `G${number}` };
  return {
    ...school,
    ...person,
    ...identity,
    studentId,
    version: 1,
    status: 'enrolled',
    since: `${since}-09-01T00:00:00.000Z`,
    ...more,
  };
}

export const load = (world: TestHub, from: NodeId, ...items: Loading[]): Promise<void> =>
  world.store.decide((tx) =>
    recordsLoaded(
      world.hub,
      tx,
      items.map((item) => RecordLoaded.item.parse(item)),
      { from },
    ),
  );

export const tell = (world: TestHub, from: NodeId, ...groups: ProblemGroup[]): Promise<void> =>
  world.store.decide((tx) =>
    groupsTold(
      world.hub,
      tx,
      groups.map((group) => ProblemTold.item.parse(group)),
      { from },
    ),
  );

/** The last that was told of a group, to whomever. */
export function lastTold(world: TestHub): ProblemGroup {
  const { to: _to, ...group } = world.sentOf(ProblemTold).at(-1)!;
  return group;
}

export const evidence: HandlingEvidence = {
  hash: 'a'.repeat(64),
  fileName: '户口簿.jpg',
  contentType: 'image/jpeg',
  bytes: 100,
};

type Act = z.input<typeof ProblemAct.item>;
let acts = 0;

/** An act on the group as it was told last. */
export function acting(world: TestHub, act: Act['act'], studentId: string, more: Partial<Act> = {}): Act {
  const group = lastTold(world);
  const id = `01990000-0000-7000-8000-${String(++acts).padStart(12, '0')}`;
  const by = { orgName: '济南市第一小学', personName: '王丽华', opinion: '', at: '2026-09-02T02:00:00.000Z' };
  const pictures = act === 'hand-in' ? [evidence] : [];
  return {
    ...by,
    id,
    act,
    studentId,
    group: group.id,
    revision: group.revision,
    handling: null,
    evidence: pictures,
    ...more,
  };
}

export const act = (world: TestHub, from: NodeId, ...items: Act[]): Promise<void> =>
  world.store.decide((tx) =>
    actsCame(
      world.hub,
      tx,
      items.map((item) => ProblemAct.item.parse(item)),
      { from },
    ),
  );

/** Handed in and carried out, in two messages. */
export async function handled(
  world: TestHub,
  from: NodeId,
  studentId: string,
  handling: 'change' | 'attest' | 'delete',
): Promise<void> {
  await act(world, from, acting(world, 'hand-in', studentId, { handling }));
  await act(world, from, acting(world, 'carry-out', studentId, { handling }));
}

export const standings = (group: ProblemGroup): Record<string, string> =>
  Object.fromEntries(group.members.map(({ studentId, state, lost }) => [studentId, lost ? `${state}, lost` : state]));

/** Who holds an identity and who contends for it, by the numbers. */
export async function identities(world: TestHub) {
  const of = (table: 'identity_claim' | 'identity_contender') =>
    world.store.read.selectFrom(table).select(['claimNo', 'studentId', 'province']).orderBy('claimNo').execute();
  const ended = await world.store.read
    .selectFrom('identity_claim_ended')
    .select('studentId')
    .orderBy('claimNo')
    .execute();
  const names = (rows: { studentId: string }[]) => rows.map(({ studentId }) => studentId);
  return {
    held: names(await of('identity_claim')),
    contending: names(await of('identity_contender')),
    ended: names(ended),
  };
}

export const withMinistry = (world: TestHub): Promise<void> =>
  world.store.decide((tx) => insertOrgs(tx, [ministryOrg]));
