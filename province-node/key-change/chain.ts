import type { ChainStep } from '../../contracts/application.ts';
import type { ChangeGroup } from '../../contracts/key-change-rules.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import { chainsAt } from '../../shared/chain-configuration/chains.ts';
import type { Tx } from '../../shared/db/store.ts';
import { orgsUpward } from '../../shared/org/tree.ts';
import { chainsOfRegistration } from '../registration/rules.ts';
import type { ProvinceDb } from '../schema.ts';
import { keyChangeChains } from './rules.ts';

/**
 * The chain as it is configured now. A new type of document goes the way of registering that type (将身份证件类型变为…的，与相应类型的
 * 学籍注册审核流程相同, ministry's description §6), but for the report: what the head approves goes on by itself.
 */
export async function chainOf(
  tx: Tx<ProvinceDb>,
  schoolId: string,
  stage: Stage,
  group: ChangeGroup,
): Promise<ChainStep[]> {
  const isOwn = group === 'ordinary' || group === 'within-year';
  const registration = chainsOfRegistration(stage === 'primary' ? 'primary-entrant' : 'other-entrant');
  const business = isOwn ? keyChangeChains : registration;
  const chains = await chainsAt(tx, business, [group], await orgsUpward(tx, schoolId));
  return chains(group, stage).filter(({ act }) => act !== 'report');
}
