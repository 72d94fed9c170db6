import type { z } from 'zod';
import {
  changeChainConfiguration,
  createChainConfigurations,
  exportChainConfigurationChanges,
  exportChainConfigurations,
  listChainConfigurationChanges,
  listChainConfigurations,
  listConfigurableBusinesses,
  previewChainConfiguration,
  removeChainConfiguration,
  reviewLevelTitles,
} from '../../contracts/chain-configuration.ts';
import type { ReviewLevel } from '../../contracts/chain-configuration.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { must } from '../assert.ts';
import type { ChainedBusiness } from '../chain/lay-chain.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { serve } from '../http/serve.ts';
import type { Call, HttpContext, Served } from '../http/serve.ts';
import { mustBeInScope } from '../org/scope.ts';
import { findOrg } from '../org/table.ts';
import { serveList } from '../query/exported-list.ts';
import type { ListContext } from '../query/exported-list.ts';
import { inEveryCombination } from './combinations.ts';
import { conditionsText, mustBeFree } from './conditions.ts';
import type { Conditions } from './conditions.ts';
import { declaredChains, mustBeDeclared } from './declared.ts';
import type { DeclaredChain } from './declared.ts';
import { businessesOf, changesOf, configurationsOf } from './list.ts';
import { preview } from './preview.ts';
import { changesSheet, configurationsSheet } from './sheet.ts';
import { getConfiguration, listConfigurations, saveConfiguration } from './table.ts';
import type { Configuration } from './table.ts';

type Create = z.output<typeof createChainConfigurations.input>;
type Change = z.output<typeof changeChainConfiguration.input>;
type Remove = z.output<typeof removeChainConfiguration.input>;

/**
 * 业务流程配置 (features 22.1) over the businesses that declare a chain: what is configured holds for applications that
 * begin from then on; every version is kept.
 */
export function chainConfigurationEndpoints(businesses: readonly ChainedBusiness[]): Served<ListContext>[] {
  const declared = declaredChains(businesses);
  return [
    serve(listConfigurableBusinesses, async ({ store }: HttpContext, call) => ({
      businesses: await businessesOf(store.read, declared, call.caller),
    })),
    ...serveList(listChainConfigurations, exportChainConfigurations, {
      find: ({ store }: ListContext, call, input) => configurationsOf(store.read, declared, call.caller, input),
      sheet: configurationsSheet,
    }),
    ...serveList(listChainConfigurationChanges, exportChainConfigurationChanges, {
      find: ({ store }: ListContext, call, input) => changesOf(store.read, declared, call.caller, input),
      sheet: changesSheet,
    }),
    serve(previewChainConfiguration, ({ store }: HttpContext, call, input) =>
      preview(store.read, declared, call.caller, input),
    ),
    serve(createChainConfigurations, (context: HttpContext, call: Call<never>, input: Create) =>
      create(context, declared, call, input),
    ),
    serve(changeChainConfiguration, (context: HttpContext, call: Call<never>, input: Change) =>
      change(context, declared, call, input),
    ),
    serve(removeChainConfiguration, (context: HttpContext, call: Call<never>, input: Remove) =>
      remove(context, declared, call, input),
    ),
  ];
}

async function create(
  context: HttpContext,
  declared: readonly DeclaredChain[],
  call: Call<never>,
  input: Create,
): Promise<{ created: number }> {
  mustBeDeclared(declared, input.businesses, input.stages);
  const wanted = inEveryCombination(input);
  return call.decide(async (tx, note) => {
    await mustBeInScope(tx, input.areaId, call.caller);
    const area = must(await findOrg(tx, input.areaId), 'the area');
    mustBeFree(declared, wanted, await listConfigurations(tx, input.businesses), area);
    for (const conditions of wanted) {
      const configuration = { ...conditions, id: context.ids.next(), revision: 1, levels: input.levels };
      await saveConfiguration(context, tx, 'create', configuration, input.levels, call.caller);
      note(configuration.id, `${conditionsText(declared, conditions, area)}：${levelsText(input.levels)}`);
    }
    return { created: wanted.length };
  });
}

async function change(
  context: HttpContext,
  declared: readonly DeclaredChain[],
  call: Call<never>,
  { id, revision, levels }: Change,
): Promise<Record<string, never>> {
  await call.decide(async (tx, note) => {
    const before = await getUnchanged(tx, call, id, revision);
    const text = await textOf(tx, declared, before);
    const [now, then] = [levelsText(before.levels), levelsText(levels)];
    // Saved as it was: no version, and those who look at it need not look again.
    if (now === then) return note(id, `${text}：没有改动`);
    await saveConfiguration(context, tx, 'change', before, levels, call.caller);
    note(id, `${text}：由 ${now} 改为 ${then}`);
  });
  return {};
}

async function remove(
  context: HttpContext,
  declared: readonly DeclaredChain[],
  call: Call<never>,
  { id, revision }: Remove,
): Promise<Record<string, never>> {
  await call.decide(async (tx, note) => {
    const before = await getUnchanged(tx, call, id, revision);
    await saveConfiguration(context, tx, 'remove', before, [], call.caller);
    note(id, `${await textOf(tx, declared, before)}：删除 ${levelsText(before.levels)}`);
  });
  return {};
}

async function getUnchanged(tx: AnyDb, call: Call<never>, id: string, revision: number): Promise<Configuration> {
  const configuration = await getConfiguration(tx, id, call.caller);
  if (configuration.revision !== revision)
    throw new Problem('stale-revision', '该流程刚被他人修改，请刷新核对后再办理');
  return configuration;
}

async function textOf(tx: AnyDb, declared: readonly DeclaredChain[], one: Conditions): Promise<string> {
  return conditionsText(declared, one, must(await findOrg(tx, one.areaId), 'the area'));
}

function levelsText(levels: readonly ReviewLevel[]): string {
  return levels.map((level) => reviewLevelTitles[level]).join('→');
}
