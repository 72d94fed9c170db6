import { z } from 'zod';
import { message } from './core/message.ts';
import { Stage } from './orgs/org.ts';

/** The hub's summary of every record (H.2), for the national query, sent by provinces after each change. */
export const RecordStatus = z.enum(['enrolled', 'suspended', 'left', 'graduated', 'deceased', 'deleted']);
export type RecordStatus = z.infer<typeof RecordStatus>;
export const recordStatusTitles: Record<RecordStatus, string> = {
  enrolled: '在校',
  suspended: '休学',
  left: '离校',
  graduated: '毕业',
  deceased: '死亡',
  deleted: '已删除',
};

/** Fact: how the record stands now. `version` rises with each change of the record; an older one never overwrites a newer. */
export const RecordSummarised = message(
  'record.summarised',
  z.object({
    studentId: z.string(),
    version: z.int(),
    claimNo: z.int().nullable(),
    studentNumber: z.string(),
    name: z.string(),
    sex: z.string(),
    birthDate: z.string(),
    idType: z.string(),
    /** The canonical document; null without one. */
    identityKey: z.string().nullable(),
    schoolId: z.string(),
    schoolName: z.string(),
    stage: Stage,
    /** Entry year of the grade (小学2026级 is stage primary, cohort 2026). */
    cohort: z.int(),
    status: RecordStatus,
    problem: z.boolean(),
    /** Title of the business that is open on it at its province, such as 省内转学. */
    openBusiness: z.string().nullable().default(null),
    changedAt: z.string(),
  }),
  { confidential: true },
);
