import { useQuery } from '@tanstack/react-query';
import { Image, Skeleton } from 'antd';
import { Problem } from '../../contracts/core/problems.ts';
import { downloadEvidence, listEvidence } from '../../contracts/evidence.ts';
import type { EvidenceFile } from '../../contracts/evidence.ts';
import { ActButton } from './ActButton.tsx';
import { fetchFile, hasFailed, readKey, useRead } from './api.ts';
import { ErrorView } from './ErrorView.tsx';
import { timeText } from './formats.ts';

/** What the pictures belong to. */
export interface PicturesOf {
  ownerKind: string;
  ownerId: string;
}

/** 证明材料 as reviewers see it: thumbnails that open large, one after another; nothing where a business has none. */
export function Pictures({ of }: { of: PicturesOf }) {
  const query = useRead(listEvidence, of);
  if (query.isPending) return null;
  if (hasFailed(query)) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.files.length === 0) return null;
  return (
    <section className="review-section" aria-label="证明材料">
      <h3>证明材料（{query.data.files.length} 张）</h3>
      <PictureList files={query.data.files} />
    </section>
  );
}

export interface PictureListProps {
  files: readonly EvidenceFile[];
  onRemove?: (file: EvidenceFile) => void;
}

export function PictureList({ files, onRemove }: PictureListProps) {
  return (
    <Image.PreviewGroup>
      <ul className="pictures">
        {files.map((file) => (
          <li key={file.id}>
            <Picture file={file} />
            <span className="file-name" title={file.fileName}>
              {file.fileName}
            </span>
            <span className="note">{timeText(file.uploadedAt)}</span>
            {onRemove && (
              <ActButton
                type="link"
                size="small"
                danger
                aria-label={`删除 ${file.fileName}`}
                reason={file.submitted ? '已提交审核的材料作为办理依据保留，可以补充上传' : undefined}
                onClick={() => onRemove(file)}
              >
                删除
              </ActButton>
            )}
          </li>
        ))}
      </ul>
    </Image.PreviewGroup>
  );
}

export function Picture({
  file,
  alt = file.fileName,
  width = 120,
  height = 120,
}: {
  file: EvidenceFile;
  alt?: string;
  width?: number;
  height?: number;
}) {
  const { data: url, error } = useQuery({
    queryKey: readKey(downloadEvidence, { id: file.id }),
    queryFn: () => dataUrlOf(file.id),
    // It never changes, and each look is entered in the audit log.
    staleTime: Infinity,
    meta: { audited: true },
  });
  if (error) return <span className="picture-missing">{error.message}</span>;
  if (!url) return <Skeleton.Image active />;
  return <Image src={url} alt={alt} width={width} height={height} preview={{ mask: '放大查看' }} />;
}

/** As a data URL: it goes away with the query that holds it. */
async function dataUrlOf(id: string): Promise<string> {
  const { blob } = await fetchFile(downloadEvidence, { id });
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(new Problem('file-unreadable', '图片无法显示，请重试'));
    reader.readAsDataURL(blob);
  });
}
