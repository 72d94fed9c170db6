import { z } from 'zod';
import { IdType } from './codes/id-type.ts';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';
import { IdCategory } from './people/id-document.ts';
import { ListedPupil, MatchState, RegistrationProgress } from './preschool-rules.ts';
import { EntryDraft, saveEntry, submitEntry } from './registration-entry.ts';
import { ImportRow } from './registration.ts';

/** 学前调档名单管理 and 学前档案信息补录 (features 1.2–1.5): who will enter first grade, with the preschool record to go on from. */

export const SupplementState = z.enum(['done', 'open']);
export type SupplementState = z.infer<typeof SupplementState>;
export const supplementStateTitles: Record<SupplementState, string> = { done: '已补录', open: '未补录' };

export const PreschoolEntry = z.object({
  id: z.string(),
  name: z.string(),
  sex: z.string(),
  birthDate: z.string(),
  idType: z.string(),
  /** Masked. */
  idNumber: z.string(),
  category: IdCategory,
  /** 导入Excel名称; null when it was entered in the window. */
  fileName: z.string().nullable(),
  matchState: MatchState,
  supplement: SupplementState,
  progress: RegistrationProgress,
  revision: z.int(),
  createdAt: z.string(),
});
export type PreschoolEntry = z.infer<typeof PreschoolEntry>;

const access = { roles: ['school-registrar'], reach: 'subtree' } as const;
const own = { roles: ['school-registrar'], reach: 'self' } as const;
const oneEntry = { roles: ['school-registrar'], reach: { one: 'preschool-entry', from: 'id' } } as const;
const oneImport = { roles: ['school-registrar'], reach: { one: 'preschool-import', from: 'id' } } as const;

const conditions = {
  name: z.string().max(64).optional(),
  /** The whole number; compared by fingerprint. */
  idNumber: z.string().max(32).optional(),
  /** Any part of 导入Excel名称. */
  fileName: z.string().max(200).optional(),
  matchState: MatchState.optional(),
  idType: IdType.optional(),
  supplement: SupplementState.optional(),
  progress: RegistrationProgress.optional(),
};

export const listPreschoolEntries = endpoint({
  method: 'get',
  path: '/api/preschool/list',
  title: '学前调档名单',
  access,
  input: PageInput.extend(conditions),
  output: PageOf(PreschoolEntry),
});

/** Exactly what the conditions select, numbers masked as on the page. */
export const exportPreschoolList = exportOf(listPreschoolEntries);

/** One pupil as entered, with the whole number: to be changed. */
export const getPreschoolEntry = endpoint({
  method: 'get',
  path: '/api/preschool/list/one',
  title: '查看调档学生信息',
  access: oneEntry,
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string(), revision: z.int(), pupil: ListedPupil }),
  problems: ['not-found'],
  audited: true,
});

/** What came of the search for the pupil's preschool record. */
const Matched = z.object({ id: z.string(), matchState: MatchState });
export type Matched = z.infer<typeof Matched>;

export const addPreschoolEntry = endpoint({
  method: 'post',
  path: '/api/preschool/list/add',
  title: '新增调档学生',
  access: own,
  input: z.object({ pupil: ListedPupil }),
  output: Matched,
  problems: ['invalid-input', 'identity-held', 'illegal-move'],
});

/** The record is searched for anew (ministry's description, 修改). */
export const changePreschoolEntry = endpoint({
  method: 'post',
  path: '/api/preschool/list/change',
  title: '修改调档学生',
  access: oneEntry,
  input: z.object({ id: z.string(), revision: z.int(), pupil: ListedPupil }),
  output: Matched,
  problems: ['not-found', 'invalid-input', 'identity-held', 'illegal-move', 'stale-revision'],
});

export const PRESCHOOL_REMOVED_MAX = 1_000;

/** All of them or none. Those that are gone already are no mistake: a repeat answers how many were still there. */
export const removePreschoolEntries = endpoint({
  method: 'post',
  path: '/api/preschool/list/remove',
  title: '删除调档学生',
  access,
  input: z.object({
    entries: z
      .array(z.object({ id: z.string(), revision: z.int() }))
      .min(1)
      .max(PRESCHOOL_REMOVED_MAX),
  }),
  output: z.object({ removed: z.int() }),
  problems: ['illegal-move', 'stale-revision'],
});

// Excel.

export const downloadPreschoolTemplate = endpoint({
  kind: 'download',
  method: 'get',
  path: '/api/preschool/list/template',
  title: '下载学前调档名单导入模板',
  access: own,
  input: z.object({}),
  output: z.unknown(),
  problems: ['illegal-move'],
});

/** A file without errors is listed at once; one with errors is kept until the next, to be looked at (ministry's description, Excel导入). */
export const PreschoolImport = z.object({
  id: z.string(),
  fileName: z.string(),
  rows: z.int(),
  /** Rows and places with errors; 0 when the file was imported. */
  failed: z.int(),
  errors: z.int(),
  matches: z.record(MatchState, z.int()),
});
export type PreschoolImport = z.infer<typeof PreschoolImport>;

export const importPreschoolList = endpoint({
  kind: 'upload',
  method: 'post',
  path: '/api/preschool/list/import',
  title: '导入学前调档名单',
  access: own,
  input: z.object({}),
  output: PreschoolImport,
  problems: ['file-unreadable', 'file-too-large', 'busy', 'illegal-move', 'identity-held'],
});

export const listPreschoolImportRows = endpoint({
  method: 'get',
  path: '/api/preschool/list/import/rows',
  title: '学前调档名单导入核对',
  access: oneImport,
  input: PageInput.extend({ id: z.string(), only: z.enum(['all', 'findings', 'errors']).default('findings') }),
  output: PageOf(ImportRow),
  problems: ['not-found', 'file-unreadable'],
  audited: true,
});

export const downloadMarkedPreschoolImport = endpoint({
  kind: 'download',
  method: 'get',
  path: '/api/preschool/list/import/marked',
  title: '下载标注问题的学前调档名单',
  access: oneImport,
  input: z.object({ id: z.string() }),
  output: z.unknown(),
  problems: ['not-found', 'file-unreadable'],
  audited: true,
});

/** More chosen rows than these do not fit into an address: what conditions select has no such limit. */
export const PRESCHOOL_CHOSEN_MAX = 200;

/** 调档学生导出: the registration template of the id category, prefilled, of the chosen rows or of all that the conditions select. */
export const exportPreschoolPupils = endpoint({
  kind: 'download',
  method: 'get',
  path: '/api/preschool/list/registration-file',
  title: '调档学生导出',
  access,
  input: z.object({ ...conditions, ids: z.array(z.string()).max(PRESCHOOL_CHOSEN_MAX).optional() }),
  output: z.unknown(),
  problems: ['illegal-move'],
  audited: true,
});

// Confirmation.

/** A preschool record that may be the pupil's; the number masked. */
export const PreschoolCandidate = z.object({
  id: z.string(),
  name: z.string(),
  sex: z.string(),
  birthDate: z.string(),
  idType: z.string(),
  idNumber: z.string(),
  kindergartenName: z.string(),
  kindergartenRegion: z.string(),
  /** Another pupil of a list goes on from it already. */
  isTaken: z.boolean(),
});
export type PreschoolCandidate = z.infer<typeof PreschoolCandidate>;

export const listPreschoolCandidates = endpoint({
  method: 'get',
  path: '/api/preschool/list/candidates',
  title: '待确认的学前学籍',
  access: oneEntry,
  input: z.object({ id: z.string() }),
  output: z.object({ revision: z.int(), candidates: z.array(PreschoolCandidate) }),
  problems: ['not-found'],
  audited: true,
});

/** One of the candidates, or null: none of them. */
export const confirmPreschoolMatch = endpoint({
  method: 'post',
  path: '/api/preschool/list/confirm',
  title: '确认学前学籍',
  access: oneEntry,
  input: z.object({ id: z.string(), revision: z.int(), recordId: z.string().nullable() }),
  output: Matched,
  problems: ['not-found', 'illegal-move', 'stale-revision'],
});

// 补录: the full form, with the items of the id category (features 1.5).

/** The form as typed so far, or prefilled from the preschool record. Twice gives the same. */
export const openSupplement = endpoint({
  method: 'post',
  path: '/api/preschool/supplement/open',
  title: '学籍信息补录',
  access: oneEntry,
  input: z.object({ id: z.string() }),
  output: EntryDraft,
  problems: ['not-found', 'illegal-move'],
});

export const saveSupplement = endpoint({
  method: 'post',
  path: '/api/preschool/supplement/save',
  title: '保存补录草稿',
  access: oneEntry,
  input: saveEntry.input,
  output: saveEntry.output,
  problems: ['not-found', 'illegal-move', 'stale-revision'],
});

/** 保存: the form is whole and right. Until the registration begins it can be done again. */
export const completeSupplement = endpoint({
  method: 'post',
  path: '/api/preschool/supplement/complete',
  title: '完成学籍信息补录',
  access: oneEntry,
  input: submitEntry.input,
  output: submitEntry.output,
  problems: ['not-found', 'illegal-move', 'stale-revision', 'invalid-input'],
});

/** Throws away what was typed since: back to what was completed before, or to what the preschool record says. */
export const resetSupplement = endpoint({
  method: 'post',
  path: '/api/preschool/supplement/reset',
  title: '放弃补录的修改',
  access: oneEntry,
  input: z.object({ id: z.string() }),
  output: z.object({}),
  problems: ['not-found', 'illegal-move'],
});
