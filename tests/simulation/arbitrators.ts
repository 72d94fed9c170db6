import type { Hub } from '../../central/context.ts';
import { ask } from './ask.ts';
import type { Desk } from './desk.ts';

/** Two people of the ministry decide the groups across provinces that both sides have attested: one proposes, the other confirms or sends back. */
export interface Arbitrators {
  act(): Promise<void>;
}

const ARBITRATORS = ['jyb002', 'jyb004'];

interface Waiting {
  id: string;
  revision: number;
  proposal: string | null;
}

export function openArbitrators({ node, chance, marks, post, twiceNowAndThen }: Desk<Hub>): Arbitrators {
  async function propose({ id, revision }: Waiting): Promise<void> {
    const members = ask(
      node.db,
      `select "studentId" from problem_member where "groupId" = ? and state not in ('changed', 'deleted') order by place`,
    )
      .pluck()
      .all(id) as string[];
    const opinions = members.map((studentId) => ({ studentId, opinion: '核对双方材料' }));
    const input = { id, revision, winner: chance.pick(members), opinions };
    await twiceNowAndThen(async () => {
      await post(chance.pick(ARBITRATORS), '/api/problem-groups/propose', input);
    });
  }

  return {
    async act() {
      const waiting = ask(
        node.db,
        `select g.id, g.revision, (select p.id from problem_proposal p where p."groupId" = g.id and p.state = 'proposed') as proposal
           from problem_group g where g.state = 'arbitration' and g.owner = 'hub' order by g.id`,
      ).all() as Waiting[];
      if (waiting.length === 0) return;
      const group = chance.pick(waiting);
      const { id, revision, proposal } = group;
      if (proposal === null) return propose(group);
      const account = chance.pick(ARBITRATORS);
      if (chance.happens(0.1)) {
        await post(account, '/api/problem-groups/return', { id, proposal, revision, reason: '再核对' });
        return;
      }
      await twiceNowAndThen(async () => {
        const { told } = await post(account, '/api/problem-groups/confirm', { id, proposal, revision });
        if (told === 'success') marks.sometimes('a group across provinces was arbitrated by two people');
      });
    },
  };
}
