import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { PageInput, PageOf } from './core/page.ts';

/**
 * System parameters (系统参数设置): what a province decides for its whole area while the node runs. Each is declared by its
 * business with a type of its own; here is what they have in common.
 */

/** What a value is, and how a page asks for it. `holds-from`: the day (`2026-09-01`) from which a rule holds, null for never. */
export const ParameterField = z.enum(['holds-from']);
export type ParameterField = z.infer<typeof ParameterField>;

/** As it travels; the declaration of each parameter says which it takes. */
const ParameterValue = z.union([z.string().max(200), z.null()]);

export const ParameterView = z.object({
  key: z.string(),
  title: z.string(),
  field: ParameterField,
  /** What it does, and what without it. */
  meaning: z.string(),
  source: z.string(),
  value: ParameterValue,
  /** 0: nobody has set it yet. */
  revision: z.int(),
  changedBy: z.string().nullable(),
  changedAt: z.string().nullable(),
});
export type ParameterView = z.infer<typeof ParameterView>;

export const ParameterChange = z.object({
  position: z.int(),
  key: z.string(),
  title: z.string(),
  before: ParameterValue,
  after: ParameterValue,
  personName: z.string(),
  account: z.string(),
  at: z.string(),
});
export type ParameterChange = z.infer<typeof ParameterChange>;

const access = { roles: ['system-admin'], levels: ['province'], reach: 'self' } as const;

export const listParameters = endpoint({
  method: 'get',
  path: '/api/parameters',
  title: '系统参数',
  access,
  input: z.object({}),
  output: z.object({ parameters: z.array(ParameterView) }),
});

export const listParameterChanges = endpoint({
  method: 'get',
  path: '/api/parameters/changes',
  title: '系统参数变更记录',
  access,
  input: PageInput,
  output: PageOf(ParameterChange),
});

/** `revision` is the one that was shown: another setting in between refuses this. */
export const setParameter = endpoint({
  method: 'post',
  path: '/api/parameters/set',
  title: '设置系统参数',
  access,
  input: z.object({ key: z.string().max(100), value: ParameterValue, revision: z.int() }),
  output: ParameterView,
  problems: ['not-found', 'stale-revision'],
});
