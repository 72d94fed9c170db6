import type { z } from 'zod';
import type {
  ChainConfiguration,
  ChainConfigurationChange,
  ConfigurableBusiness,
  listChainConfigurationChanges,
  listChainConfigurations,
  ReviewLevel,
} from '../../contracts/chain-configuration.ts';
import type { Page } from '../../contracts/core/page.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { atOrBelow, withinScope } from '../org/scope.ts';
import type { HasOrg } from '../org/scope.ts';
import type { OrgTables } from '../org/table.ts';
import { pageOf } from '../query/page-of.ts';
import { titleOf } from './declared.ts';
import type { DeclaredChain } from './declared.ts';
import { reviewLevelsOf } from './rules.ts';
import type { ChainConfigurationTables } from './table.ts';

type Tables = ChainConfigurationTables & OrgTables;

/** The configurations of the caller's area, business by business, wide areas first. */
export async function configurationsOf(
  db: AnyDb,
  declared: readonly DeclaredChain[],
  caller: HasOrg,
  input: z.output<typeof listChainConfigurations.input>,
): Promise<Page<ChainConfiguration>> {
  const { business, stage, schoolCategory, areaId } = input;
  const query = tablesOf<Tables>(db)
    .selectFrom('chain_configuration as c')
    .innerJoin('org as area', 'area.id', 'c.areaId')
    .select(['c.id', 'c.business', 'c.stage', 'c.schoolCategory', 'c.areaId', 'c.levels', 'c.revision'])
    .select(['c.changedBy', 'c.changedAt', 'area.name as areaName', 'area.level as areaLevel'])
    .where(withinScope('c.areaId', caller))
    .$if(business !== undefined, (q) => q.where('c.business', '=', business!))
    .$if(stage !== undefined, (q) => q.where((eb) => eb('c.stage', '=', stage!).or('c.stage', 'is', null)))
    .$if(schoolCategory !== undefined, (q) =>
      q.where((eb) => eb('c.schoolCategory', '=', schoolCategory!).or('c.schoolCategory', 'is', null)),
    )
    .$if(areaId !== undefined, (q) => q.where(atOrBelow('c.areaId', areaId!)));
  const { rows, total } = await pageOf(query, input, {
    sortable: { business: 'c.business', area: 'area.path', changedAt: 'c.changedAt' },
    defaultSort: 'business',
    unique: 'c.id',
  });
  return {
    total,
    rows: rows.map((row) => ({
      ...row,
      businessTitle: titleOf(declared, row.business),
      levels: JSON.parse(row.levels) as ReviewLevel[],
    })),
  };
}

/** Every version that was made in the caller's area, newest first. */
export async function changesOf(
  db: AnyDb,
  declared: readonly DeclaredChain[],
  caller: HasOrg,
  input: z.output<typeof listChainConfigurationChanges.input>,
): Promise<Page<ChainConfigurationChange>> {
  const query = tablesOf<Tables>(db)
    .selectFrom('chain_configuration_change as c')
    .innerJoin('org as area', 'area.id', 'c.areaId')
    .select(['c.position', 'c.act', 'c.business', 'c.stage', 'c.schoolCategory', 'c.areaId', 'c.before', 'c.after'])
    .select(['c.personName', 'c.account', 'c.at', 'area.name as areaName', 'area.level as areaLevel'])
    .where(withinScope('c.areaId', caller))
    .$if(input.business !== undefined, (q) => q.where('c.business', '=', input.business!));
  const { rows, total } = await pageOf(query, input, {
    sortable: { at: 'c.position' },
    defaultSort: '-at',
    unique: 'c.position',
  });
  return {
    total,
    rows: rows.map((row) => ({
      ...row,
      businessTitle: titleOf(declared, row.business),
      before: levelsOf(row.before),
      after: levelsOf(row.after),
    })),
  };
}

function levelsOf(text: string | null): ReviewLevel[] | null {
  return text === null ? null : (JSON.parse(text) as ReviewLevel[]);
}

/** Every declared business with its default, and how many configurations it has in the caller's area. */
export async function businessesOf(
  db: AnyDb,
  declared: readonly DeclaredChain[],
  caller: HasOrg,
): Promise<ConfigurableBusiness[]> {
  const rows = await tablesOf<Tables>(db)
    .selectFrom('chain_configuration')
    .select((eb) => ['business', eb.fn.countAll<number>().as('total')])
    .where(withinScope('areaId', caller))
    .groupBy('business')
    .execute();
  const totals = new Map(rows.map(({ business, total }) => [business, total]));
  return declared.map(({ business, title, stages, defaultChain }) => ({
    business,
    title,
    stages: [...stages],
    defaultLevels: reviewLevelsOf(defaultChain),
    reports: defaultChain.includes('report'),
    configurations: totals.get(business) ?? 0,
  }));
}
