import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { NodeId } from './core/message.ts';
import type { Moves } from './core/moves.ts';
import { PageInput, PageOf } from './core/page.ts';

/**
 * 全国查重审计 (H.9) and 学籍归属对账 (B.3): every night, and when somebody asks for it, the hub checks its whole index and
 * compares it with every province; what differs becomes a repair (修复单), with what is proposed.
 */

/** What can be wrong. Each is one repair of one pupil. */
export const DifferenceKind = z.enum([
  'at-none',
  'at-two',
  'elsewhere',
  'sealed-alone',
  'epoch-differs',
  'summary-missing',
  'summary-older',
  'summary-newer',
  'number-differs',
  'claim-no-differs',
  'school-differs',
  'claim-without-record',
  'record-without-claim',
  'claim-elsewhere',
  'identity-twice',
  'number-twice',
]);
export type DifferenceKind = z.infer<typeof DifferenceKind>;
export const differenceTitles: Record<DifferenceKind, string> = {
  'at-none': '没有一省保管学籍',
  'at-two': '两省同时保管学籍',
  elsewhere: '保管省与国家平台归属不符',
  'sealed-alone': '学籍已封存但没有调档',
  'epoch-differs': '调档次数不一致',
  'summary-missing': '国家平台缺少学籍摘要',
  'summary-older': '国家平台学籍摘要陈旧',
  'summary-newer': '省级学籍比国家平台陈旧',
  'number-differs': '学籍号不一致',
  'claim-no-differs': '查重编号不一致',
  'school-differs': '就读学校不一致',
  'claim-without-record': '有查重占用而没有学籍',
  'record-without-claim': '有学籍而没有查重占用',
  'claim-elsewhere': '查重占用与学籍不在同一省',
  'identity-twice': '同一身份证件有多条学籍',
  'number-twice': '同一学籍号有多条学籍',
};

/** How it is put right. */
export const RepairFix = z.enum([
  'tell-again',
  'tell-above',
  'hold-again',
  'release',
  'assign',
  'correct-epoch',
  'claim-again',
  'end-claim',
  'restore-claim',
  'move-claim',
  'open-group',
  'renumber',
  'by-people',
]);
export type RepairFix = z.infer<typeof RepairFix>;
export const fixTitles: Record<RepairFix, string> = {
  'tell-again': '重新上报摘要',
  'tell-above': '以省级学籍为准重新上报',
  'hold-again': '恢复该省保管',
  release: '多出的一份改为“已调出”',
  assign: '按实际保管省更正归属',
  'correct-epoch': '统一调档次数',
  'claim-again': '由该省重新认领',
  'end-claim': '释放查重占用',
  'restore-claim': '补建查重占用',
  'move-claim': '查重占用随学籍更正',
  'open-group': '列为问题学籍',
  renumber: '后登记的换发临时学籍号',
  'by-people': '转相关省按问题学籍处理',
};
/** What nobody can take back afterwards: the page says so before it is done. */
export const finalFixes: readonly RepairFix[] = ['release', 'assign', 'end-claim', 'renumber'];

export const RepairState = z.enum(['open', 'ordered', 'repaired', 'proven', 'dismissed', 'vanished']);
export type RepairState = z.infer<typeof RepairState>;
export const repairStateTitles: Record<RepairState, string> = {
  open: '待处理',
  ordered: '修复中',
  repaired: '已修复待复核',
  proven: '复核一致',
  dismissed: '不予处理',
  vanished: '已自行一致',
};
/** What people decide; what follows is done by the nodes and by the next run. */
export const repairMoves = {
  accept: { title: '接受修复方案', from: ['open'], to: 'ordered' },
  dismiss: { title: '不予处理', from: ['open'], to: 'dismissed' },
} as const satisfies Moves<RepairState>;

export const AuditCause = z.enum(['schedule', 'operator', 'command']);
export type AuditCause = z.infer<typeof AuditCause>;
export const auditCauseTitles: Record<AuditCause, string> = {
  schedule: '每日定时',
  operator: '人工发起',
  command: '命令发起',
};

export const AuditPhase = z.enum(['asked', 'comparing', 'looking', 'ended']);
export type AuditPhase = z.infer<typeof AuditPhase>;
export const auditPhaseTitles: Record<AuditPhase, string> = {
  asked: '等待开始',
  comparing: '核查与比对',
  looking: '再次核对',
  ended: '已完成',
};

/** How far a province has come in a run. `contradicted`: what it says cannot be true, and is not believed. */
export const AuditProvinceState = z.enum(['asked', 'digested', 'listing', 'compared', 'silent', 'contradicted']);
export type AuditProvinceState = z.infer<typeof AuditProvinceState>;
export const auditProvinceStateTitles: Record<AuditProvinceState, string> = {
  asked: '等待答复',
  digested: '比对摘要',
  listing: '逐校核对',
  compared: '已比对',
  silent: '没有答复',
  contradicted: '答复自相矛盾',
};

const AuditRun = z.object({
  id: z.string(),
  cause: AuditCause,
  startedBy: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  phase: AuditPhase,
  /** Records and claims of the index that were checked; null until they have been. */
  records: z.int().nullable(),
  claims: z.int().nullable(),
  /** What the provinces answered with. */
  provinces: z.int(),
  answered: z.int(),
  schools: z.int(),
  pupils: z.int(),
  found: z.int(),
  repaired: z.int(),
  /** More differs than one run takes up: something is wrong with a whole province. */
  isCapped: z.boolean(),
});
export type AuditRun = z.infer<typeof AuditRun>;

const AuditProvince = z.object({
  province: NodeId,
  provinceName: z.string(),
  state: AuditProvinceState,
  schools: z.int(),
  pupils: z.int(),
  differingSchools: z.int(),
  answeredAt: z.string().nullable(),
  fault: z.string().nullable(),
  findings: z.array(z.object({ kind: DifferenceKind, found: z.int() })),
});
export type AuditProvince = z.infer<typeof AuditProvince>;

export const AuditRunView = AuditRun.extend({
  /** Of the check of the index: how much of it is done. */
  checkedShare: z.number(),
  perProvince: z.array(AuditProvince),
});
export type AuditRunView = z.infer<typeof AuditRunView>;

export const ministry = { roles: ['ministry-operator'], reach: 'subtree' } as const;

/** The run that is under way, or else the last one; null: none yet. */
export const auditOverview = endpoint({
  method: 'get',
  path: '/api/national-audit',
  title: '全国查重审计概况',
  access: ministry,
  input: z.object({}),
  output: z.object({
    run: AuditRunView.nullable(),
    openRepairs: z.int(),
    nextAt: z.string(),
    reasonAgainstStart: z.string().nullable(),
  }),
});

export const listAuditRuns = endpoint({
  method: 'get',
  path: '/api/national-audit/runs',
  title: '全国查重审计记录',
  access: ministry,
  input: PageInput.extend({ cause: AuditCause.optional() }),
  output: PageOf(AuditRun),
});

export const exportAuditRuns = exportOf(listAuditRuns);

export const getAuditRun = endpoint({
  method: 'get',
  path: '/api/national-audit/runs/one',
  title: '全国查重审计详情',
  access: ministry,
  input: z.object({ id: z.string().max(64) }),
  output: AuditRunView,
  problems: ['not-found'],
});

export const startAudit = endpoint({
  method: 'post',
  path: '/api/national-audit/start',
  title: '发起全国查重审计',
  access: ministry,
  input: z.object({}),
  output: z.object({ id: z.string() }),
  problems: ['illegal-move', 'not-agreed-with-province'],
});
