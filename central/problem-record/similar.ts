import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { ArbitrationProposal, LinkedGroup } from '../../contracts/problem-linkage.ts';
import { maskName } from '../../contracts/people/names.ts';
import type { HubDb } from '../schema.ts';
import { thereIn } from './arbitrate.ts';
import { findGroups } from './group.ts';
import { likenessOf } from './rules.ts';
import type { HeldGroup } from './table.ts';

/** As many as an arbiter reads. */
const SIMILAR_MAX = 5;

/** What the ministry decided before, first on records that agreed and differed in the same; whose they were is nobody's business any more. */
export async function similarDecisions(db: Kysely<HubDb>, group: HeldGroup): Promise<LinkedGroup['similar']> {
  const likeness = likenessOf(thereIn(group));
  const confirmed = db
    .selectFrom('problem_proposal')
    .selectAll()
    .where('state', '=', 'confirmed')
    .where('groupId', '!=', group.id);
  const alike = await confirmed
    .where('likeness', '=', likeness)
    .orderBy('decidedAt', 'desc')
    .limit(SIMILAR_MAX)
    .execute();
  const others = await confirmed
    .where('likeness', '!=', likeness)
    .orderBy(sql.ref('decidedAt'), 'desc')
    .limit(SIMILAR_MAX - alike.length)
    .execute();
  const decided = [...alike, ...others];
  const groups = await findGroups(db, [...new Set(decided.map(({ groupId }) => groupId))]);
  return decided.flatMap((proposal) => {
    const opinions = JSON.parse(proposal.opinions) as ArbitrationProposal['opinions'];
    const members = groups.get(proposal.groupId)?.members ?? [];
    const sides = members.filter(({ studentId }) => opinions.some((one) => one.studentId === studentId));
    const winner = sides.find(({ studentId }) => studentId === proposal.winner);
    if (!winner) return [];
    const said = ({ name, provinceName, since }: (typeof sides)[number]): string =>
      `${maskName(name)}（${provinceName}，${since.slice(0, 4)} 年注册）`;
    return [
      {
        groupId: proposal.groupId,
        at: proposal.decidedAt ?? proposal.at,
        arbiterName: '教育部',
        winner: said(winner),
        losers: sides.filter((side) => side !== winner).map(said),
        opinion: opinions.find(({ studentId }) => studentId === proposal.winner)?.opinion ?? '',
        isAlike: proposal.likeness === likeness,
      },
    ];
  });
}
