import { z } from 'zod';
import { ChainStep } from './application.ts';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';
import { OrgLevel, SchoolCategory, Stage } from './orgs/org.ts';

/**
 * Review-chain configuration (业务流程配置, features 22.1): which levels review a business, by school category, stage and area.
 * It says how applications begin; one under way keeps the chain that it began with.
 */

/** The levels that can be passed, in the order upward. A chain is laid over the orgs above one school (`layChain`). */
export const ReviewLevel = z.enum(['school', 'managing', 'county', 'city', 'province']);
export type ReviewLevel = z.infer<typeof ReviewLevel>;
export const reviewLevelTitles: Record<ReviewLevel, string> = {
  school: '学校',
  managing: '主管教育局',
  county: '区县',
  city: '地市',
  province: '省级',
};

/** In the order upward, whatever order they were ticked in, and none twice. */
const Levels = z
  .array(ReviewLevel)
  .max(20)
  .transform((levels) => ReviewLevel.options.filter((level) => levels.includes(level)));
const SomeLevels = Levels.refine((levels) => levels.length > 0, '请至少选择一个审核环节');

/** A business with a chain, as it declares itself. One whose groups have chains of their own is here once a group. */
export const ConfigurableBusiness = z.object({
  business: z.string(),
  title: z.string(),
  /** The stages it is for. */
  stages: z.array(Stage),
  /** What holds where nothing is configured. */
  defaultLevels: z.array(ReviewLevel),
  /** The school reports upward (上报) what its head has approved. */
  reports: z.boolean(),
  /** How many configurations it has. */
  configurations: z.int(),
});
export type ConfigurableBusiness = z.infer<typeof ConfigurableBusiness>;

/** To whom a chain applies. Null: every stage, every category. */
const conditions = {
  business: z.string(),
  businessTitle: z.string(),
  stage: Stage.nullable(),
  schoolCategory: SchoolCategory.nullable(),
  areaId: z.string(),
  areaName: z.string(),
  areaLevel: OrgLevel,
};

export const ChainConfiguration = z.object({
  id: z.string(),
  ...conditions,
  levels: z.array(ReviewLevel),
  revision: z.int(),
  changedBy: z.string(),
  changedAt: z.string(),
});
export type ChainConfiguration = z.infer<typeof ChainConfiguration>;

export const ConfigurationAct = z.enum(['create', 'change', 'remove']);
export type ConfigurationAct = z.infer<typeof ConfigurationAct>;
export const configurationActTitles: Record<ConfigurationAct, string> = {
  create: '增加',
  change: '修改',
  remove: '删除',
};

/** One version in the history of a configuration. */
export const ChainConfigurationChange = z.object({
  position: z.int(),
  act: ConfigurationAct,
  ...conditions,
  before: z.array(ReviewLevel).nullable(),
  after: z.array(ReviewLevel).nullable(),
  personName: z.string(),
  account: z.string(),
  at: z.string(),
});
export type ChainConfigurationChange = z.infer<typeof ChainConfigurationChange>;

/** The province configures for its whole area (ministry's description §22); its registrars may look. */
const read = { roles: ['system-admin', 'bureau-registrar'], levels: ['province'], reach: 'subtree' } as const;
const write = { roles: ['system-admin'], levels: ['province'] } as const;
const one = { ...write, reach: { one: 'chain-configuration', from: 'id' } } as const;

export const listConfigurableBusinesses = endpoint({
  method: 'get',
  path: '/api/chain-configurations/businesses',
  title: '业务默认流程',
  access: read,
  input: z.object({}),
  output: z.object({ businesses: z.array(ConfigurableBusiness) }),
});

const listConditions = {
  business: z.string().max(100).optional(),
  stage: Stage.optional(),
  schoolCategory: SchoolCategory.optional(),
  areaId: z.string().max(64).optional(),
};

/** `stage` and `schoolCategory` also select what applies to all of them; `areaId` what lies in the area. */
export const listChainConfigurations = endpoint({
  method: 'get',
  path: '/api/chain-configurations',
  title: '业务流程配置',
  access: read,
  input: PageInput.extend(listConditions),
  output: PageOf(ChainConfiguration),
});

/** Exactly what the conditions select, as Excel. */
export const exportChainConfigurations = exportOf(listChainConfigurations);

export const listChainConfigurationChanges = endpoint({
  method: 'get',
  path: '/api/chain-configurations/changes',
  title: '业务流程变更记录',
  access: read,
  input: PageInput.extend({ business: z.string().max(100).optional() }),
  output: PageOf(ChainConfigurationChange),
});

export const exportChainConfigurationChanges = exportOf(listChainConfigurationChanges);

/** Businesses that one form can name. */
export const BUSINESSES_MAX = 100;
const businesses = z.array(z.string().max(100)).max(BUSINESSES_MAX);
/** Without a stage or a category: for all of them, in one configuration. */
const stages = z.array(Stage).max(3).default([]);
const schoolCategories = z.array(SchoolCategory).max(3).default([]);

/** One configuration for every combination of business, stage and category, all or none. */
export const createChainConfigurations = endpoint({
  method: 'post',
  path: '/api/chain-configurations/create',
  title: '增加业务流程',
  access: { ...write, reach: 'subtree' },
  input: z.object({
    businesses: businesses.min(1, '请至少选择一项业务'),
    stages,
    schoolCategories,
    areaId: z.string().min(1, '请选择作用范围').max(64),
    levels: SomeLevels,
  }),
  output: z.object({ created: z.int() }),
  problems: ['already-configured'],
});

/** Other levels under the same conditions. `revision` is the one that was shown. */
export const changeChainConfiguration = endpoint({
  method: 'post',
  path: '/api/chain-configurations/change',
  title: '修改业务流程',
  access: one,
  input: z.object({ id: z.string(), revision: z.int(), levels: SomeLevels }),
  output: z.object({}),
  problems: ['stale-revision'],
});

/** Its schools return to what is less specific, at last to the default. */
export const removeChainConfiguration = endpoint({
  method: 'post',
  path: '/api/chain-configurations/remove',
  title: '删除业务流程',
  access: one,
  input: z.object({ id: z.string(), revision: z.int() }),
  output: z.object({}),
  problems: ['stale-revision'],
});

/** One school, and what a new application of it would pass now and then. */
export const ChainExample = z.object({
  schoolName: z.string(),
  managingLevel: OrgLevel,
  before: z.array(ChainStep),
  after: z.array(ChainStep),
});
export type ChainExample = z.infer<typeof ChainExample>;

/**
 * What an act would do, before it is done: `create` takes the fields of the form, `change` an `id` and `levels`, `remove` an
 * `id`.
 */
export const previewChainConfiguration = endpoint({
  method: 'get',
  path: '/api/chain-configurations/preview',
  title: '业务流程预览',
  access: read,
  input: z.object({
    act: ConfigurationAct,
    id: z.string().max(64).optional(),
    businesses: businesses.default([]),
    stages,
    schoolCategories,
    areaId: z.string().max(64).optional(),
    levels: Levels.default([]),
  }),
  output: z.object({
    /** Schools whose new applications this configuration decides about. */
    schools: z.int(),
    /** Of these, how many will have another chain than now. */
    changed: z.int(),
    /** One school a kind of managing bureau: under a county, right under a city, right under the province. */
    examples: z.array(ChainExample),
  }),
  problems: ['already-configured'],
});
