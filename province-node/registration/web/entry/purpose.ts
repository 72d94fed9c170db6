import { discardEntry, needsEvidence, saveEntry, submitEntry } from '../../../../contracts/registration-entry.ts';
import { REGISTRATION_PHOTO } from '../../../../contracts/photo.ts';
import type { EntryDraft } from '../../../../contracts/registration-entry.ts';
import type { StudentField, StudentForm } from '../../../../contracts/student-form.ts';
import { call } from '../../../../shared/web/api.ts';
import type { InputOf } from '../../../../shared/web/api.ts';
import type { Saved } from '../../../../shared/web/draft-saver.ts';
import { fixedFields } from './entry-state.ts';

/** What a pupil's form is filled in for: how it is kept, handed in and thrown away, and what that means to the person. */
export interface EntryPurpose {
  save: (id: string, revision: number, form: StudentForm) => Promise<Saved>;
  submit: (input: InputOf<typeof submitEntry>) => Promise<{ name: string }>;
  discard: (id: string) => Promise<unknown>;
  /** What the photo belongs to until it is the record's; its id is the form's. */
  photo: string;
  evidence: (draft: EntryDraft) => 'required' | 'optional' | 'none';
  /** Fields that cannot be typed into, and why. */
  fixed: (draft: EntryDraft) => ReadonlyMap<StudentField, string>;
  discarding: { title: string; consequence: string; okText: string };
  /** What saving does. */
  note: string;
}

const registrationEntry = {
  save: (id, revision, form) => call(saveEntry, { id, revision, form }),
  submit: (input) => call(submitEntry, input),
  discard: (id) => call(discardEntry, { id }),
  photo: REGISTRATION_PHOTO,
  evidence: (draft) => (needsEvidence(draft) ? 'required' : 'optional'),
  fixed: fixedFields,
} satisfies Partial<EntryPurpose>;

export const registering: EntryPurpose = {
  ...registrationEntry,
  discarding: {
    title: '清空重填',
    consequence: '已填写的内容、已上传的照片和证明材料将全部清除，不能撤销。',
    okText: '清空',
  },
  note: '保存后提交学校学籍主管领导审核。',
};

export const mending: EntryPurpose = {
  ...registrationEntry,
  discarding: {
    title: '放弃修改',
    consequence: '还没有重新提交的修改和新上传的材料将被清除，恢复为退回时的内容，不能撤销。',
    okText: '放弃修改',
  },
  note: '保存后重新提交，从学校学籍主管领导审核开始办理。',
};
