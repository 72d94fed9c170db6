import { useSearchParams } from 'react-router';
import { idCategoryTitles } from '../../../contracts/people/id-document.ts';
import { PRESCHOOL_PHOTO } from '../../../contracts/photo.ts';
import {
  completeSupplement,
  listPreschoolEntries,
  openSupplement,
  resetSupplement,
  saveSupplement,
} from '../../../contracts/preschool.ts';
import { listedFields, reasonAgainstSupplement } from '../../../contracts/preschool-rules.ts';
import type { EntryDraft } from '../../../contracts/registration-entry.ts';
import type { StudentField } from '../../../contracts/student-form.ts';
import { call, queryString } from '../../../shared/web/api.ts';
import { OpenedForm } from '../../registration/web/entry/OpenedForm.tsx';
import type { EntryPurpose } from '../../registration/web/entry/purpose.ts';
import { paths } from '../../web/paths.ts';

const onList = '由学前调档名单得出，可在名单中修改';

const supplementing: EntryPurpose = {
  save: (id, revision, form) => call(saveSupplement, { id, revision, form }),
  submit: (input) => call(completeSupplement, input),
  discard: (id) => call(resetSupplement, { id }),
  photo: PRESCHOOL_PHOTO,
  evidence: () => 'none',
  fixed: () =>
    new Map<StudentField, string>([['schoolCode', '本校'], ...listedFields.map((field) => [field, onList] as const)]),
  discarding: {
    title: '放弃修改',
    consequence:
      '还没有保存为补录结果的内容和新上传的照片将被清除，恢复为上次完成补录的内容；没有完成过的，恢复为学前学籍的内容。不能撤销。',
    okText: '放弃修改',
  },
  note: '保存后完成补录；学籍注册前可以再次修改。之后在“学前调档名单管理”中导出，用于小学新生注册导入，照片随注册自动带入。',
};

/** How many of those not yet supplemented are looked through for the next one. */
const NEXT_AMONG = 50;

const open = (id: string): Promise<EntryDraft> => call(openSupplement, { id });

/** The next one that is not done. */
async function findNext(): Promise<string | undefined> {
  const input = { matchState: 'matched', supplement: 'open', pageSize: NEXT_AMONG } as const;
  const { rows } = await call(listPreschoolEntries, input);
  const next = rows.find((row) => !reasonAgainstSupplement(row));
  return next && paths.preschoolSupplementForm + queryString({ id: next.id });
}

/** 学籍信息补录 of one pupil (features 1.5). */
export function SupplementFormPage() {
  const [params] = useSearchParams();
  const id = params.get('id') ?? '';
  return (
    <OpenedForm
      key={id}
      id={id}
      title="学籍信息补录"
      purpose={supplementing}
      open={open}
      noteOf={(draft) => `${draft.form.name ?? ''}　${idCategoryTitles[draft.category]}`}
      backTo={() => paths.preschoolSupplement}
      backText="返回"
      doneText={(name) => `已完成 ${name} 的学籍信息补录`}
      changes={[listPreschoolEntries]}
      findNext={findNext}
    />
  );
}
