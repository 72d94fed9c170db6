import { z } from 'zod';
import { ClaimCategory } from './claim.ts';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { NodeId } from './core/message.ts';
import { PageInput, PageOf } from './core/page.ts';

/** 查重动态 at the hub: the decisions on claims as they come in, and how many each province had today (H.1). */

export const claimCategoryTitles: Record<ClaimCategory, string> = {
  resident: '居民身份证',
  'hmt-foreign': '港澳台和外籍',
};

/** How a claim was decided: granted, or refused because another pupil has the identity. */
export const ClaimResult = z.enum(['granted', 'refused']);
export type ClaimResult = z.infer<typeof ClaimResult>;
export const claimResultTitles: Record<ClaimResult, string> = { granted: '查重通过', refused: '查重不通过' };

/** What became of a granted claim: it waits for its application, belongs to a record, or was released. */
export const ClaimStanding = z.enum(['pending', 'held', 'released']);
export type ClaimStanding = z.infer<typeof ClaimStanding>;
export const claimStandingTitles: Record<ClaimStanding, string> = {
  pending: '注册办理中',
  held: '已建籍',
  released: '已释放',
};

/** One decision. Names are masked; numbers are not here at all. */
export const ClaimEvent = z.object({
  eventNo: z.int(),
  at: z.string(),
  result: ClaimResult,
  category: ClaimCategory,
  province: NodeId,
  provinceName: z.string(),
  schoolName: z.string(),
  maskedName: z.string(),
  /** Number of the claim that has the identity: the new one when granted, the other pupil's when refused. */
  claimNo: z.int(),
  /** How that claim stands now. */
  standing: ClaimStanding,
  /** Who had the identity already; null when granted. */
  holder: z.object({ provinceName: z.string(), schoolName: z.string() }).nullable(),
});
export type ClaimEvent = z.infer<typeof ClaimEvent>;

const ministry = { roles: ['ministry-operator'], reach: 'subtree' } as const;

export const listClaims = endpoint({
  method: 'get',
  path: '/api/claims',
  title: '查重动态',
  access: ministry,
  input: PageInput.extend({
    province: NodeId.optional(),
    result: ClaimResult.optional(),
    /** Instants, both included. */
    from: z.iso.datetime({ offset: true }).optional(),
    until: z.iso.datetime({ offset: true }).optional(),
  }),
  output: PageOf(ClaimEvent),
});

export const exportClaims = exportOf(listClaims);

export const ClaimCount = z.object({
  province: NodeId,
  provinceName: z.string(),
  granted: z.int(),
  refused: z.int(),
  confirmed: z.int(),
  released: z.int(),
});
export type ClaimCount = z.infer<typeof ClaimCount>;

/** Whether the population registry answers: `closed` is well, `open` is cut off, `half-open` is being tried again. */
export const RegistryLink = z.enum(['closed', 'open', 'half-open']);
export type RegistryLink = z.infer<typeof RegistryLink>;
export const registryLinkTitles: Record<RegistryLink, string> = {
  closed: '正常',
  open: '中断，自动重试中',
  'half-open': '正在恢复',
};

/** Counts of one day in China (today when absent), and how verification stands now. */
export const claimCounts = endpoint({
  method: 'get',
  path: '/api/claims/counts',
  title: '查重统计',
  access: ministry,
  input: z.object({ day: z.iso.date().optional() }),
  output: z.object({
    day: z.string(),
    provinces: z.array(ClaimCount),
    verification: z.object({ waiting: z.int(), link: RegistryLink }),
  }),
});
