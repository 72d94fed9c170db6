import type { ChainStep } from '../../contracts/application.ts';
import type { Org, Stage } from '../../contracts/orgs/org.ts';
import { must } from '../assert.ts';
import { layChain } from '../chain/lay-chain.ts';
import type { ChainedBusiness } from '../chain/lay-chain.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { chainFor, chainKey } from './rules.ts';
import { listConfigurationsOver } from './table.ts';

/** The chain of an application that begins, by its group and the stage it is about (null: no one stage). */
export type ChainOf = (groupKey: string, stage: Stage | null) => ChainStep[];

/**
 * How new applications of one school are reviewed, read once for as many as begin together. `groupKeys` are the groups that
 * will be asked for; `ancestors` runs from the school up to the province (`orgsUpward`).
 */
export async function chainsAt(
  db: AnyDb,
  business: ChainedBusiness,
  groupKeys: readonly string[],
  ancestors: readonly Org[],
): Promise<ChainOf> {
  const orgIds = ancestors.map(({ id }) => id);
  const { schoolCategory } = must(ancestors[0], 'the school that applies');
  const businesses = groupKeys.map((groupKey) => chainKey(business, groupKey));
  const configurations = await listConfigurationsOver(db, businesses, orgIds);
  const laid = new Map<string, ChainStep[]>();
  return (groupKey, stage) => {
    const key = `${groupKey} ${stage}`;
    const before = laid.get(key);
    if (before) return before;
    const facts = { business: chainKey(business, groupKey), stage, schoolCategory, orgIds };
    const chain = layChain(chainFor(configurations, facts, business.defaultChain(groupKey)), ancestors);
    laid.set(key, chain);
    return chain;
  };
}
