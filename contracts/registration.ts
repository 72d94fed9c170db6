import { z } from 'zod';
import { ApplicationState, ApplicationView, Blocked, WaitingAct } from './application.ts';
import { ClaimHolder } from './claim.ts';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';
import { Stage } from './orgs/org.ts';
import { IdCategory } from './people/id-document.ts';

/** Registration of pupils (学籍注册, features §1): import, checks, review, report, number. */

/** The two kinds of registration; each has three id categories, which makes the six entries of features §1. */
export const RegistrationKind = z.enum(['primary-entrant', 'other-entrant']);
export type RegistrationKind = z.infer<typeof RegistrationKind>;
export const registrationKindTitles: Record<RegistrationKind, string> = {
  'primary-entrant': '小学新生注册',
  'other-entrant': '非小学新生注册',
};

/** 查重认证状态 (features 1.8). */
export const CheckState = z.enum([
  'unchecked',
  'dedup-failed',
  'verifying',
  'registry-unreachable',
  'verification-failed',
  'passed',
  /** 无身份证件: there is nothing to claim or to verify. */
  'not-needed',
]);
export type CheckState = z.infer<typeof CheckState>;
export const checkStateTitles: Record<CheckState, string> = {
  unchecked: '未查重认证',
  'dedup-failed': '查重不通过',
  verifying: '查重通过，认证中',
  'registry-unreachable': '人口库暂时无法连接，自动重试中',
  'verification-failed': '查重通过认证不通过',
  passed: '查重认证通过',
  'not-needed': '无需查重认证',
};

// Imports.

/** An uploaded file: checked, then either mended and uploaded anew, or submitted, once. */
export const ImportState = z.enum(['checking', 'has-errors', 'ready', 'unreadable', 'submitted', 'discarded']);
export type ImportState = z.infer<typeof ImportState>;
export const importStateTitles: Record<ImportState, string> = {
  checking: '校验中',
  'has-errors': '校验未通过',
  ready: '校验通过，待提交',
  unreadable: '文件无法读取',
  submitted: '已提交注册',
  discarded: '已作废',
};
export const importMoves = {
  submit: { title: '提交注册', from: ['ready'], to: 'submitted' },
  discard: { title: '作废', from: ['has-errors', 'ready', 'unreadable'], to: 'discarded' },
} as const;

export const RegistrationImport = z.object({
  id: z.string(),
  schoolName: z.string(),
  kind: RegistrationKind,
  category: IdCategory,
  stage: Stage,
  fileName: z.string(),
  /** The person's name. */
  uploadedBy: z.string(),
  uploadedAt: z.string(),
  state: ImportState,
  /** Why the file could not be read; null otherwise. */
  problem: z.string().nullable(),
  rows: z.int(),
  passed: z.int(),
  failed: z.int(),
  errors: z.int(),
  warnings: z.int(),
  taskId: z.string().nullable(),
});
export type RegistrationImport = z.infer<typeof RegistrationImport>;

export const ImportFinding = z.object({
  row: z.int(),
  column: z.string().nullable(),
  title: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  suggestion: z.string().nullable(),
});
export type ImportFinding = z.infer<typeof ImportFinding>;

/** One row of the dry run: the cells as they were read (title → text), and what was found in them. */
export const ImportRow = z.object({
  row: z.int(),
  cells: z.record(z.string(), z.string()),
  findings: z.array(ImportFinding),
});
export type ImportRow = z.infer<typeof ImportRow>;

const registrar = ['school-registrar'] as const;
const people = ['school-registrar', 'school-head', 'bureau-registrar'] as const;
/** Which pupils a file is of: one kind, one id category, one stage. */
const sheetOf = {
  category: IdCategory,
  kind: RegistrationKind.default('primary-entrant'),
  stage: Stage.default('primary'),
};
const oneImport = { roles: registrar, reach: { one: 'registration-import', from: 'id' } } as const;

export const downloadRegistrationTemplate = endpoint({
  kind: 'download',
  method: 'get',
  path: '/api/registrations/template',
  title: '下载学籍注册导入模板',
  access: { roles: registrar, reach: 'self' },
  input: z.object(sheetOf),
  output: z.unknown(),
  problems: ['illegal-move'],
});

export const uploadRegistrations = endpoint({
  kind: 'upload',
  method: 'post',
  path: '/api/registrations/imports/upload',
  title: '上传学籍注册文件',
  access: { roles: registrar, reach: 'self' },
  input: z.object(sheetOf),
  output: RegistrationImport,
  problems: ['file-unreadable', 'file-too-large', 'illegal-move'],
});

export const listRegistrationImports = endpoint({
  method: 'get',
  path: '/api/registrations/imports',
  title: '文件上传记录',
  access: { roles: registrar, reach: 'subtree' },
  input: PageInput.extend({ kind: RegistrationKind.optional(), category: IdCategory.optional() }),
  output: PageOf(RegistrationImport),
});

export const getRegistrationImport = endpoint({
  method: 'get',
  path: '/api/registrations/imports/one',
  title: '上传文件详情',
  access: oneImport,
  input: z.object({ id: z.string() }),
  output: RegistrationImport,
  problems: ['not-found'],
});

export const listImportRows = endpoint({
  method: 'get',
  path: '/api/registrations/imports/rows',
  title: '上传数据核对',
  access: oneImport,
  input: PageInput.extend({ id: z.string(), only: z.enum(['all', 'findings', 'errors']).default('findings') }),
  output: PageOf(ImportRow),
  problems: ['not-found'],
  audited: true,
});

export const downloadMarkedImport = endpoint({
  kind: 'download',
  method: 'get',
  path: '/api/registrations/imports/marked',
  title: '下载标注问题的文件',
  access: oneImport,
  input: z.object({ id: z.string() }),
  output: z.unknown(),
  problems: ['not-found', 'illegal-move'],
  audited: true,
});

/** Registers every row. Warnings (such as the age) must have been seen and confirmed. */
export const submitRegistrationImport = endpoint({
  method: 'post',
  path: '/api/registrations/imports/submit',
  title: '提交学籍注册',
  access: oneImport,
  input: z.object({ id: z.string(), warningsConfirmed: z.boolean().default(false) }),
  output: RegistrationImport,
  problems: ['not-found', 'illegal-move', 'invalid-input', 'identity-held'],
});

export const discardRegistrationImport = endpoint({
  method: 'post',
  path: '/api/registrations/imports/discard',
  title: '作废上传文件',
  access: oneImport,
  input: z.object({ id: z.string() }),
  output: RegistrationImport,
  problems: ['not-found', 'illegal-move'],
});

// Registrations.

export const RegistrationRow = z.object({
  id: z.string(),
  kind: RegistrationKind,
  category: IdCategory,
  schoolId: z.string(),
  schoolName: z.string(),
  gradeName: z.string(),
  className: z.string(),
  name: z.string(),
  sex: z.string(),
  birthDate: z.string(),
  idType: z.string(),
  /** Masked: lists never show the whole number. */
  idNumber: z.string(),
  checkState: CheckState,
  holder: ClaimHolder.nullable(),
  state: ApplicationState,
  blocked: Blocked.nullable(),
  revision: z.int(),
  /** 当前处理单位, null when it has ended. */
  turnOrgName: z.string().nullable(),
  turnAct: WaitingAct.nullable(),
  turnSince: z.string(),
  /** The opinion with which it came back. */
  returnedWith: z.string().nullable(),
  /** Masked: a formal number is a resident id. The pupil's own page shows the whole one, for a reason. */
  studentNumber: z.string().nullable(),
  createdAt: z.string(),
});
export type RegistrationRow = z.infer<typeof RegistrationRow>;

const conditions = {
  kind: RegistrationKind.optional(),
  category: IdCategory.optional(),
  /** A school; or a bureau, for all schools below it. */
  orgId: z.string().max(64).optional(),
  name: z.string().max(64).optional(),
  /** The whole number; compared by fingerprint. */
  idNumber: z.string().max(32).optional(),
  checkState: CheckState.optional(),
  state: ApplicationState.optional(),
  /** What one uploaded file brought in. */
  importId: z.string().max(64).optional(),
};

/** 学籍注册查询: every registration of the school or area, by state, with where it stands (features 1.15). */
export const listRegistrations = endpoint({
  method: 'get',
  path: '/api/registrations',
  title: '学籍注册查询',
  access: { roles: people, reach: 'subtree' },
  input: PageInput.extend(conditions),
  output: PageOf(RegistrationRow),
});

export const exportRegistrations = exportOf(listRegistrations);

/** What waits for the caller's review or report, or was returned to be mended (features 1.10–1.12). */
export const listWaitingRegistrations = endpoint({
  method: 'get',
  path: '/api/registrations/waiting',
  title: '待办学籍注册',
  access: { roles: people, reach: 'subtree' },
  input: PageInput.extend({ ...conditions, act: WaitingAct }),
  output: PageOf(RegistrationRow),
});

export const exportWaitingRegistrations = exportOf(listWaitingRegistrations);

export const RegistrationDetail = z.object({
  registration: RegistrationRow,
  application: ApplicationView,
  /** Sections of the form, with titles and readable values; id numbers and phones masked. */
  sections: z.array(
    z.object({ title: z.string(), items: z.array(z.object({ title: z.string(), value: z.string() })) }),
  ),
});
export type RegistrationDetail = z.infer<typeof RegistrationDetail>;

export const getRegistration = endpoint({
  method: 'get',
  path: '/api/registrations/one',
  title: '学籍注册详情',
  access: { roles: people, reach: { one: 'application', from: 'id' } },
  input: z.object({ id: z.string() }),
  output: RegistrationDetail,
  problems: ['not-found'],
  audited: true,
});
