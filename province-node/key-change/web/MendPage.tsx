import { Alert, Skeleton } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { mendKeyChange } from '../../../contracts/key-change.ts';
import type { KeyChangeDraft } from '../../../contracts/key-change.ts';
import { call } from '../../../shared/web/api.ts';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { ReviewSections } from '../../../shared/web/ReviewSections.tsx';
import { pupilItems } from '../../in-province-transfer/web/describe-transfer.tsx';
import { paths } from '../../web/paths.ts';
import { ChangeForm } from './ChangeForm.tsx';

/** A returned change, mended and handed in again; what was handed in stands in the form. */
export function MendKeyChangePage() {
  const [params] = useSearchParams();
  const id = params.get('id') ?? '';
  const [draft, setDraft] = useState<KeyChangeDraft>();
  const [error, setError] = useState<unknown>();
  const navigate = useNavigate();
  const open = useCallback(
    () =>
      call(mendKeyChange, { id }).then((opened) => {
        setError(undefined);
        setDraft(opened);
      }, setError),
    [id],
  );
  useEffect(() => void open(), [open]);
  const returned = `${paths.keyChanges}?state=returned`;
  return (
    <>
      <PageHeader
        title="关键数据变更退回修改"
        note="按审核意见修改后重新提交；涉及姓名或身份证件的将重新查重认证"
        extra={<Link to={returned}>返回退回列表</Link>}
      />
      {error !== undefined && <ErrorView error={error} onRetry={() => void open()} />}
      {!draft && error === undefined && <Skeleton active paragraph={{ rows: 10 }} />}
      {draft && (
        <>
          {draft.returnedWith !== null && (
            <Alert type="warning" showIcon title={`审核不通过：${draft.returnedWith}`} className="review-section" />
          )}
          <ReviewSections sections={[{ title: '学生目前的学籍', items: pupilItems(draft.pupil) }]} />
          <ChangeForm draft={draft} problem={undefined} onNext={() => void navigate(returned)} />
        </>
      )}
    </>
  );
}
