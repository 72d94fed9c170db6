import type { ProblemOrigin } from '../../contracts/problem-rules.ts';
import { joined } from '../../contracts/problem-rules.ts';
import type { GroupMember } from '../../contracts/problem-group.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { maskIdNumber } from '../../contracts/people/names.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { groupBy } from '../../shared/group-by.ts';
import { identityOf, listContendersOn } from '../claim/contender.ts';
import { listClaimsOn } from '../claim/table.ts';
import type { IdentityClaim } from '../claim/table.ts';
import type { Hub } from '../context.ts';
import type { NationalRecordTable } from '../national-index/table.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import { findOpenGroupOn } from './group.ts';
import { changeGroup, ofHub, stepped } from './tell.ts';
import type { HeldGroup } from './table.ts';

/**
 * Of these identities more than one record may have some: who contends stands against the holder, in the group that is open, or in a new one
 * (features 2.1, 2.10). An application that holds an identity is no record yet, and a record that the index does not know cannot be
 * shown to anybody: then the group is opened with its summary (`recordsTold`).
 */
export async function standAgainst(
  hub: Hub,
  tx: Tx<HubDb>,
  fingerprints: readonly Uint8Array[],
  origin: ProblemOrigin,
): Promise<void> {
  const contending = groupBy(await listContendersOn(tx, fingerprints), identityOf);
  if (contending.size === 0) return;
  const holders = await listClaimsOn(
    tx,
    [...contending.values()].flatMap(([one]) => (one ? [one.fingerprint] : [])),
  );
  for (const holder of holders)
    if (holder.studentNumber !== null)
      await meet(hub, tx, [holder, ...(contending.get(identityOf(holder)) ?? [])], origin);
}

async function meet(hub: Hub, tx: Tx<HubDb>, claims: readonly IdentityClaim[], origin: ProblemOrigin): Promise<void> {
  const [holder] = claims;
  if (!holder) return;
  const records = await tx
    .selectFrom('national_record')
    .selectAll()
    .where(
      'studentId',
      'in',
      claims.map(({ studentId }) => studentId),
    )
    .execute();
  const members = claims.flatMap((claim) => {
    const record = records.find(({ studentId }) => studentId === claim.studentId);
    return record ? [memberOf(hub, claim, record)] : [];
  });
  if (!members.some(({ claimNo }) => claimNo === holder.claimNo)) return;
  const open = await findOpenGroupOn(tx, holder.fingerprint);
  if (open) return join(hub, tx, open, members);
  if (members.length > 1) await changeGroup(hub, tx, newGroup(hub, members, origin, holder.fingerprint));
}

function newGroup(hub: Hub, members: GroupMember[], origin: ProblemOrigin, fingerprint: Uint8Array): HeldGroup {
  const at = isoTime(hub.clock.now());
  const opinion = `全国查重发现 ${members.length} 条学籍的身份证件号相同`;
  return {
    ...ownedBy(members),
    id: hub.ids.next(),
    kind: 'identity-held-twice',
    origin,
    state: 'open',
    revision: 1,
    standingRevision: 1,
    fingerprint,
    members,
    openedAt: at,
    turnSince: at,
    closedAt: null,
    events: [ofHub(hub, { act: 'found', studentId: null, opinion })],
  };
}

/** A province decides what is all its own; across provinces the hub does, and the ministry is the common superior of all. */
export function ownedBy(members: readonly GroupMember[]): Pick<HeldGroup, 'owner' | 'arbiterOrgId' | 'arbiterName'> {
  const [province, ...others] = new Set(members.map((member) => member.province as NodeId));
  if (province && others.length === 0) return { owner: province, arbiterOrgId: null, arbiterName: '' };
  return { owner: 'hub', arbiterOrgId: 'ministry', arbiterName: '教育部' };
}

async function join(hub: Hub, tx: Tx<HubDb>, open: HeldGroup, found: readonly GroupMember[]): Promise<void> {
  const more = found.filter(({ studentId }) => !open.members.some((member) => member.studentId === studentId));
  if (more.length === 0) return;
  let group = open;
  for (const member of more) {
    const event = ofHub(hub, { act: 'joined', studentId: member.studentId, opinion: '又查到一条身份证件号相同的学籍' });
    group = stepped(hub, group, joined(group, member), [event], [member]);
  }
  const owned = ownedBy(group.members);
  // A province's own group has its revisions from the province, which lets the new one join and tells the whole.
  const isPassedOn = open.owner !== 'hub' && owned.owner === open.owner;
  const { revision, standingRevision, arbiterOrgId, arbiterName } = open;
  await changeGroup(
    hub,
    tx,
    isPassedOn ? { ...group, revision, standingRevision, arbiterOrgId, arbiterName } : takenOver(hub, group, open),
  );
}

/** It spreads to another province: the hub's from now on, whoever decided of it before. */
function takenOver(hub: Hub, group: HeldGroup, open: HeldGroup): HeldGroup {
  if (open.owner === 'hub') return group;
  const event = ofHub(hub, { act: 'joined', studentId: null, opinion: '涉及多个省份，转为跨省问题学籍，由教育部仲裁' });
  return { ...group, owner: 'hub', arbiterOrgId: 'ministry', arbiterName: '教育部', events: [...group.events, event] };
}

function memberOf(hub: Hub, claim: IdentityClaim, record: NationalRecordTable): GroupMember {
  const { studentId, schoolId, schoolName, stage, cohort, name, sex, birthDate, idType, studentNumber, status } =
    record;
  const key = record.identitySealed ? hub.vault.open(record.identitySealed) : '';
  return {
    studentId,
    schoolId,
    schoolName,
    stage,
    cohort,
    name,
    sex,
    birthDate,
    idType,
    studentNumber,
    status,
    province: record.province,
    provinceName: nodeName(record.province),
    maskedIdentity: maskIdNumber(key.slice(key.lastIndexOf(':') + 1)),
    since: isoTime(claim.at),
    claimNo: claim.claimNo,
    state: 'waiting',
    lost: false,
    handling: null,
    evidence: [],
  };
}
