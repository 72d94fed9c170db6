import { z } from 'zod';
import { OrgNode } from './account.ts';
import { endpoint } from './core/endpoint.ts';
import { OrgLevel, SchoolCategory, Stage } from './orgs/org.ts';

/** 组织机构: finding an org of one's own subtree, and what there is to say about one. */

export const ORGS_FOUND_MAX = 50;

export const FoundOrg = OrgNode.extend({
  /** The orgs above it within the caller's subtree, top first: they tell two 实验小学 apart. */
  above: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type FoundOrg = z.infer<typeof FoundOrg>;

const access = { roles: ['system-admin'], reach: 'subtree' } as const;

/** By part of the name or the beginning of the code; `hasMore` when more than `ORGS_FOUND_MAX` match. */
export const searchOrgs = endpoint({
  method: 'get',
  path: '/api/orgs/search',
  title: '查找机构',
  access,
  input: z.object({ text: z.string().trim().min(1).max(50) }),
  output: z.object({ orgs: z.array(FoundOrg), hasMore: z.boolean() }),
});

export const OrgSummary = z.object({
  id: z.string(),
  name: z.string(),
  level: OrgLevel,
  /** The bureau above, when it is the caller's or below it. */
  parentName: z.string().nullable(),
  schoolCategory: SchoolCategory.nullable(),
  stages: z.array(Stage),
  /** Orgs below, whatever is between. */
  below: z.object({ city: z.int(), county: z.int(), school: z.int() }),
  accounts: z.int(),
});
export type OrgSummary = z.infer<typeof OrgSummary>;

/** One org; the caller's own when `id` is absent. */
export const summariseOrg = endpoint({
  method: 'get',
  path: '/api/orgs/summary',
  title: '机构信息',
  access,
  input: z.object({ id: z.string().max(10).optional() }),
  output: OrgSummary,
});
