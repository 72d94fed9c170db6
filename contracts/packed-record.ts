import { z } from 'zod';
import { HistoryAct } from './application.ts';
import { RecordStatus } from './national-index.ts';
import { Stage } from './orgs/org.ts';
import { KEY_CHANGE_TITLE } from './key-change-kind.ts';
import { KeyChangeItem } from './key-data.ts';
import { IdCategory } from './people/id-document.ts';
import { StudentForm } from './student-form.ts';

/** What happened to a record, for its 学籍变动 page: it travels with the record, wherever it goes. */
export const StudentEventAct = z.enum(['registered', 'transferred', 'key-changed', 'renumbered', 'deleted', 'loaded']);
export type StudentEventAct = z.infer<typeof StudentEventAct>;
export const studentEventActTitles: Record<StudentEventAct, string> = {
  registered: '学籍注册',
  transferred: '跨省转学',
  deleted: '删除学籍',
  'key-changed': KEY_CHANGE_TITLE,
  renumbered: '换发学籍号',
  loaded: '一期学籍载入',
};

/** Who decided a step of it, as its pages told. */
export const StudentEventStep = z.object({
  act: HistoryAct,
  orgName: z.string(),
  personName: z.string(),
  opinion: z.string(),
  at: z.string(),
});
export type StudentEventStep = z.infer<typeof StudentEventStep>;

/** A picture that was handed in with a transfer: by its hash it is the same wherever it is kept. */
export const TransferEvidence = z.object({
  id: z.string().max(64),
  fileName: z.string().max(255),
  bytes: z.int(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type TransferEvidence = z.infer<typeof TransferEvidence>;

export const StudentEvent = z.object({
  /** The application's or the transfer's id. */
  id: z.string(),
  act: StudentEventAct,
  at: z.string(),
  /** Where it happened; of a transfer, where the pupil came from. */
  provinceName: z.string(),
  schoolName: z.string(),
  gradeName: z.string(),
  /** Of a transfer, where to. */
  toProvinceName: z.string().nullable(),
  toSchoolName: z.string().nullable(),
  toGradeName: z.string().nullable(),
  /** Of a key-data change: what changed, numbers masked. */
  changes: z.array(KeyChangeItem).optional(),
  steps: z.array(StudentEventStep),
  /** Of a transfer across provinces: what was handed in with it, kept at the hub. */
  evidence: z.array(TransferEvidence).max(100).optional(),
});
export type StudentEvent = z.infer<typeof StudentEvent>;

/** A picture of the package; its bytes are the entry `evidence-` and the id. */
export const PackedEvidence = z.object({
  id: z.uuid(),
  fileName: z.string().max(255),
  contentType: z.enum(['image/jpeg', 'image/png']),
  bytes: z.int(),
  width: z.int(),
  height: z.int(),
  uploadedBy: z.string(),
  uploadedAt: z.string(),
  submittedAt: z.string().nullable(),
});

/** Events of a record that travel with it. */
export const EVENTS_PACKED_MAX = 200;

/** The entry `record.json` of a package: all that a province keeps of a pupil, but the bytes of the pictures. */
export const PackedRecord = z.object({
  student: z.object({
    id: z.string(),
    studentNumber: z.string(),
    name: z.string(),
    sex: z.string(),
    birthDate: z.string(),
    idType: z.string(),
    idCategory: IdCategory,
    stage: Stage,
    cohort: z.int(),
    status: RecordStatus,
    claimNo: z.int().nullable(),
    version: z.int(),
    createdAt: z.string(),
  }),
  /** Every item of the form, special-education and left-behind ones too. */
  form: StudentForm,
  events: z.array(StudentEvent).max(EVENTS_PACKED_MAX),
  evidence: z.array(PackedEvidence).max(200),
  /** Which of the evidence is the photo (学籍照片). */
  photo: z.uuid().optional(),
});
export type PackedRecord = z.infer<typeof PackedRecord>;
