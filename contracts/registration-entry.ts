import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { PageInput, PageOf } from './core/page.ts';
import { IdCategory, idCategoryTitles } from './people/id-document.ts';
import { Stage, stageTitles } from './orgs/org.ts';
import { RegistrationKind, registrationKindTitles } from './registration.ts';
import { StudentForm } from './student-form.ts';

/**
 * By which way which pupils are registered (features §1): two kinds × three id categories. A first-grader is always of
 * primary school; the others are of any stage that the school teaches.
 */
export const RegistrationEntry = z.object({ kind: RegistrationKind, category: IdCategory, stage: Stage });
export type RegistrationEntry = z.infer<typeof RegistrationEntry>;

export const EntryWay = z.enum(['import', 'single']);
export type EntryWay = z.infer<typeof EntryWay>;
export const entryWayTitles: Record<EntryWay, string> = { import: '导入', single: '录入' };

/** Ministry's description: 非小学新生注册 adds 录入 to the first two categories; 无身份证件 has no template (features 1.1, 1.14). */
export const entryWays: Record<RegistrationKind, Record<IdCategory, readonly EntryWay[]>> = {
  'primary-entrant': { resident: ['import'], 'hmt-foreign': ['import'], none: ['single'] },
  'other-entrant': { resident: ['import', 'single'], 'hmt-foreign': ['import', 'single'], none: ['single'] },
};

/** Without a document something must show who the child is (features 1.7). */
export function needsEvidence({ category }: Pick<RegistrationEntry, 'category'>): boolean {
  return category === 'none';
}

/** `居民身份证小学新生注册`, `居民身份证非小学新生注册（初中）`: also the name of the template. */
export function entryTitle({ kind, category, stage }: Omit<RegistrationEntry, 'stage'> & { stage?: Stage }): string {
  const ofStage = kind === 'other-entrant' && stage !== undefined ? `（${stageTitles[stage]}）` : '';
  return `${idCategoryTitles[category]}${registrationKindTitles[kind]}${ofStage}`;
}

/** Why pupils cannot be registered by this way at a school of these stages; undefined when they can. */
export function reasonAgainstEntry(
  { kind, category, stage }: RegistrationEntry,
  way: EntryWay,
  stages: readonly Stage[],
): string | undefined {
  if (kind === 'primary-entrant' && stage !== 'primary') return '小学新生只能注册到小学学段';
  if (!stages.includes(stage))
    return kind === 'primary-entrant' ? '本校没有小学学段，不能注册小学新生' : `本校没有${stageTitles[stage]}学段`;
  if (entryWays[kind][category].includes(way)) return undefined;
  return way === 'import'
    ? '无身份证件的学生不能用文件导入，只能逐个录入'
    : `${entryTitle({ kind, category })}只能用文件导入，不能逐个录入`;
}

/** Why a registration came back, as its history tells. */
export const ReturnedWith = z.object({
  orgName: z.string(),
  personName: z.string(),
  opinion: z.string(),
  at: z.string(),
});
export type ReturnedWith = z.infer<typeof ReturnedWith>;

/**
 * A pupil's form that is being filled in: kept at the node from the first letter on, and handed in from there. Its id is
 * that of the registration that it becomes, or that it mends.
 */
export const EntryDraft = RegistrationEntry.extend({
  id: z.string(),
  /** Rises with each saving; another window that saved meanwhile refuses this one. */
  revision: z.int(),
  /** As typed: what is wrong is kept as well. */
  form: StudentForm,
  /** Null when nothing was typed yet. */
  savedAt: z.string().nullable(),
  /** The date in China, by which dates are judged. */
  today: z.iso.date(),
  /** Of a registration that came back: who returned it and why. */
  returned: ReturnedWith.nullable(),
});
export type EntryDraft = z.infer<typeof EntryDraft>;

const registrar = ['school-registrar'] as const;
const oneDraft = { roles: registrar, reach: { one: 'registration-draft', from: 'id' } } as const;
const at = { id: z.string(), revision: z.int() };

/** The caller's own unfinished pupil of this entry, or a new one. Twice gives the same. */
export const startEntry = endpoint({
  method: 'post',
  path: '/api/registrations/entry/start',
  title: '录入学生',
  access: { roles: registrar, reach: 'self' },
  input: RegistrationEntry,
  output: EntryDraft,
  problems: ['illegal-move'],
});

/** A returned registration, opened for mending (features 1.10). Twice gives the same, with what was mended so far. */
export const mendRegistration = endpoint({
  method: 'post',
  path: '/api/registrations/entry/mend',
  title: '修改退回的学籍注册',
  access: { roles: registrar, reach: { one: 'application', from: 'id' } },
  input: z.object({ id: z.string() }),
  output: EntryDraft,
  problems: ['not-found', 'illegal-move'],
});

export const saveEntry = endpoint({
  method: 'post',
  path: '/api/registrations/entry/save',
  title: '保存录入草稿',
  access: oneDraft,
  input: z.object({ ...at, form: StudentForm }),
  output: z.object({ revision: z.int(), savedAt: z.string() }),
  problems: ['not-found', 'illegal-move', 'stale-revision'],
});

/** Hands the pupil in for review. Warnings (such as the age) must have been seen and confirmed. */
export const submitEntry = endpoint({
  method: 'post',
  path: '/api/registrations/entry/submit',
  title: '提交学籍注册（单个录入）',
  access: oneDraft,
  input: z.object({ ...at, form: StudentForm, warningsConfirmed: z.boolean().default(false) }),
  output: z.object({ id: z.string(), name: z.string() }),
  problems: ['not-found', 'illegal-move', 'stale-revision', 'invalid-input', 'identity-held'],
});

/** Throws away what was typed and the pictures that were not handed in. A returned registration stays as it was. */
export const discardEntry = endpoint({
  method: 'post',
  path: '/api/registrations/entry/discard',
  title: '清空录入草稿',
  access: oneDraft,
  input: z.object({ id: z.string() }),
  output: z.object({}),
  problems: ['not-found', 'illegal-move'],
});

/**
 * A form that nobody goes on with is personal data without a purpose, to be deleted (《个人信息保护法》第十九条、第四十七条:
 * kept no longer than its purpose needs). Ninety days are longer than any registration season.
 */
export const DRAFT_KEPT_DAYS = 90;
/** So long before, whoever it belongs to is told. */
export const DRAFT_WARNED_DAYS = 14;

export const EntryDraftRow = RegistrationEntry.extend({
  id: z.string(),
  /** As typed so far; empty when no name was typed yet. */
  name: z.string(),
  /** Of a registration that came back: whoever of the school opens it goes on with it. */
  isMending: z.boolean(),
  savedAt: z.string(),
  /** The date in China on which it is deleted unless somebody goes on with it, and whether that is near. */
  endsOn: z.iso.date(),
  endsSoon: z.boolean(),
});
export type EntryDraftRow = z.infer<typeof EntryDraftRow>;

/** 未提交的草稿: the caller's own unfinished pupils, and the school's unfinished mendings; the one that ends first at the top. */
export const listEntryDrafts = endpoint({
  method: 'get',
  path: '/api/registrations/entry/drafts',
  title: '未提交的草稿',
  access: { roles: registrar, reach: 'subtree' },
  input: PageInput.extend({ kind: RegistrationKind.optional() }),
  output: PageOf(EntryDraftRow),
});
