import { Skeleton } from 'antd';
import { listEvidence } from '../../../contracts/evidence.ts';
import { hasFailed, useRead } from '../../../shared/web/api.ts';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { PictureList } from '../../../shared/web/Pictures.tsx';

/** 证明材料 of the record: what came with it from elsewhere, and what was handed in here. */
export function StudentPictures({ studentId }: { studentId: string }) {
  const query = useRead(listEvidence, { ownerKind: 'student', ownerId: studentId });
  if (query.isPending) return <Skeleton active />;
  if (hasFailed(query)) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { files } = query.data;
  if (files.length === 0)
    return (
      <EmptyState>没有证明材料。办理学籍注册等业务时提交的材料，以及随学籍从外省转来的材料，显示在这里。</EmptyState>
    );
  return <PictureList files={files} />;
}
