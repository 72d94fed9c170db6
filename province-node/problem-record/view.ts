import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { gradeTitle } from '../../contracts/orgs/org.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import { ReviewedHandling } from '../../contracts/problem-record.ts';
import type {
  getProblemGroup,
  getProblemHandling,
  getProblemProgress,
  ProblemChoice,
  ProblemGroupView,
  ProblemHandlingDetail,
  ProblemMember,
} from '../../contracts/problem-handling.ts';
import { consequenceOf, Handling, turnOf } from '../../contracts/problem-rules.ts';
import type { ProblemKind } from '../../contracts/problem-rules.ts';
import { shownValue } from '../../contracts/student-rules.ts';
import { getApplication } from '../../shared/chain/chain.ts';
import { viewApplication } from '../../shared/chain/inbox.ts';
import { viewEvidence } from '../../shared/evidence/evidence.ts';
import type { EvidenceFileTable } from '../../shared/evidence/table.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { reasonAgainstArbitrating } from './arbitrate.ts';
import { picturesOf } from './evidence.ts';
import { getGroupOfRecord, isHubs } from './group.ts';
import type { KeptGroup, KeptMember } from './group.ts';
import { reasonAgainst } from './hand-in.ts';
import { lastHandlings } from './handling.ts';
import { dueOf } from './queries.ts';
import { mustReachRecord } from './reach.ts';
import { similarDecisions } from './similar.ts';
import type { ProblemHandlingTable } from './table.ts';
import { reasonAgainstUrging, turnNameOf } from './urge.ts';

/** The group page. Whoever has one of its records sees all of it: both sides know how the other stands (2.2). */
export async function groupOfRecord(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof getProblemGroup.input>,
): Promise<ProblemGroupView> {
  const { read } = province.store;
  await mustReachRecord(read, id, call.caller);
  const { group } = await getGroupOfRecord(province, read, id);
  await call.decide(async (_tx, note) => note(id, '查看问题学籍'));
  return viewGroup(province, group, call.caller);
}

export async function progressOfRecord(
  province: Province,
  { caller }: Call<never>,
  { id }: z.output<typeof getProblemProgress.input>,
): Promise<z.input<typeof getProblemProgress.output>> {
  const { read } = province.store;
  await mustReachRecord(read, id, caller);
  const { group } = await getGroupOfRecord(province, read, id);
  return { stamp: (await handledOf(read, group)).stamp };
}

interface Handled {
  handlings: Map<string, ProblemHandlingTable>;
  pictures: Map<string, EvidenceFileTable[]>;
  /** Changes with the group, with what was handed in here and with every picture that comes. */
  stamp: string;
}

async function handledOf(db: Kysely<ProvinceDb>, { revision, members }: KeptGroup): Promise<Handled> {
  const ids = members.map(({ id }) => id);
  const handlings = await lastHandlings(db, ids);
  const pictures = await picturesOf(db, ids);
  const stamps = ids.map((id) => {
    const handling = handlings.get(id);
    return `${handling?.id ?? ''} ${handling?.state ?? ''} ${pictures.get(id)?.length ?? 0}`;
  });
  return { handlings, pictures, stamp: [revision, ...stamps].join(', ') };
}

/** A handling as its reviewers read it: with the group, and what its approval causes. */
export async function handlingDetail(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof getProblemHandling.input>,
): Promise<ProblemHandlingDetail> {
  const { read } = province.store;
  const found = await read.selectFrom('problem_handling').selectAll().where('id', '=', id).executeTakeFirst();
  if (!found) throw new Problem('not-found', '没有这项处理申请');
  await mustReachRecord(read, found.recordId, call.caller);
  const { group } = await getGroupOfRecord(province, read, found.recordId);
  await call.decide(async (_tx, note) => note(id, '查看问题学籍处理申请'));
  return {
    handling: ReviewedHandling.parse(found.handling),
    note: found.note,
    recordId: found.recordId,
    consequence: consequenceOf(group, found.studentId, found.handling),
    group: await viewGroup(province, group, call.caller),
    application: await viewApplication(read, await getApplication(read, id), call.caller),
  };
}

const reasons: Record<ProblemKind, string> = {
  'identity-held-twice': '这些学籍登记了相同的身份证件号。一个身份证件号只能对应一条学籍。',
  'same-person': '这些学籍都没有身份证件，姓名、性别和出生日期相同，可能是同一名学生。',
  'check-digit': '身份证件号的校验位与前十七位不符，号码中至少有一位有误。',
  'not-found': '人口信息库中没有这个身份证号。',
  'name-mismatch': '人口信息库中这个身份证号登记的姓名与学籍中的姓名不一致。',
};

async function viewGroup(province: Province, group: KeptGroup, caller: Caller): Promise<ProblemGroupView> {
  const { read } = province.store;
  const { handlings, pictures, stamp } = await handledOf(read, group);
  const members: ProblemMember[] = [];
  for (const member of group.members)
    members.push(
      await viewMember(province, group, member, caller, handlings.get(member.id), pictures.get(member.id) ?? []),
    );
  const events = read
    .selectFrom('problem_event')
    .select(['at', 'act', 'studentId', 'handling', 'orgName', 'personName', 'opinion'])
    .where('groupId', '=', group.id)
    .orderBy('ordinal');
  const { id, kind, origin, state, revision, openedAt, closedAt, arbiterName } = group;
  const against = reasonAgainstArbitrating(group, caller);
  return {
    id,
    kind,
    origin,
    state,
    revision,
    stamp,
    openedAt,
    closedAt,
    arbiterName,
    members,
    reach: isHubs(group) ? 'cross-province' : 'in-province',
    ...dueOf(province.clock.now(), group),
    turnName: turnNameOf(group),
    why: reasons[kind],
    events: await events.execute(),
    reasonAgainstUrging: await reasonAgainstUrging(province, read, group, caller),
    reasonAgainstArbitrating: against,
    similar: against === null ? await similarDecisions(read, group, caller) : [],
  };
}

async function viewMember(
  province: Province,
  group: KeptGroup,
  member: KeptMember,
  caller: Caller,
  handed: ProblemHandlingTable | undefined,
  pictures: readonly EvidenceFileTable[],
): Promise<ProblemMember> {
  const { evidence, classNo: _class, ...shown } = member;
  const isHere = member.province === province.node;
  const isMine = isHere && member.schoolId === caller.org.id;
  const isRegistrar = isMine && caller.role === 'school-registrar';
  return {
    ...shown,
    studentNumber: maskStudentNumber(member.studentNumber),
    sex: shownValue('sex', member.sex),
    idType: shownValue('idType', member.idType),
    gradeName: gradeTitle(member.stage, member.cohort),
    pictures: pictures.map(viewEvidence),
    picturesDue: isHere ? 0 : Math.max(0, evidence.length - pictures.length),
    isHere,
    isMine,
    isTurn: turnOf(group) === member.studentId,
    choices: isRegistrar ? await choicesOf(province, group, member) : [],
    handed: handed ? handedOf(handed) : null,
  };
}

async function choicesOf({ store }: Province, group: KeptGroup, member: KeptMember): Promise<ProblemChoice[]> {
  const choices: ProblemChoice[] = [];
  for (const handling of Handling.options)
    choices.push({
      handling,
      reason: (await reasonAgainst(store.read, group, member, handling)) ?? null,
      consequence: consequenceOf(group, member.studentId, handling),
    });
  return choices;
}

function handedOf({ id, handling, state, note, text, handedInAt }: ProblemHandlingTable): ProblemMember['handed'] {
  return { id, handling, state, note, text, at: handedInAt };
}
