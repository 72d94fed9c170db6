import { z } from 'zod';

/** The four levels of the org tree (glossary). A school may hang under any of the three bureau levels; the hub itself is `ministry`. */
export const OrgLevel = z.enum(['ministry', 'province', 'city', 'county', 'school']);
export type OrgLevel = z.infer<typeof OrgLevel>;

export const orgLevelTitles: Record<OrgLevel, string> = {
  ministry: '教育部',
  province: '省级',
  city: '地市',
  county: '区县',
  school: '学校',
};

export const Stage = z.enum(['primary', 'junior', 'senior']);
export type Stage = z.infer<typeof Stage>;
export const stageTitles: Record<Stage, string> = { primary: '小学', junior: '初中', senior: '高中' };

/** 小学2026级 */
export function gradeTitle(stage: Stage, cohort: number): string {
  return `${stageTitles[stage]}${cohort}级`;
}

export const SchoolCategory = z.enum(['regular', 'special-education', 'reformatory']);
export type SchoolCategory = z.infer<typeof SchoolCategory>;
export const schoolCategoryTitles: Record<SchoolCategory, string> = {
  regular: '普通中小学',
  'special-education': '特教学校',
  reformatory: '专门学校',
};

/**
 * One org. `id` is the 6-digit region code for a bureau (370000, 370100, 370102) and the 10-digit school code for a school;
 * `path` lists the ids from the province down, each ended by a slash (`370000/370100/370102/2137000001/`), so that
 * "below or equal" is one range scan.
 */
export const Org = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  level: OrgLevel,
  name: z.string(),
  path: z.string(),
  regionCode: z.string().length(6),
  schoolCategory: SchoolCategory.nullable(),
  /** Stages taught, schools only. */
  stages: z.array(Stage),
});
export type Org = z.infer<typeof Org>;

/** Whether `path` is `ancestorPath` itself or below it. */
export function isWithin(path: string, ancestorPath: string): boolean {
  return path.startsWith(ancestorPath);
}
