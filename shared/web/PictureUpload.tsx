import { PictureOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Progress } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import {
  EVIDENCE_ACCEPT,
  EVIDENCE_BYTES_MAX,
  EVIDENCE_FILES_MAX,
  listEvidence,
  removeEvidence,
  uploadEvidence,
} from '../../contracts/evidence.ts';
import { call, hasFailed, upload, useRead } from './api.ts';
import { asProblem, ErrorView } from './ErrorView.tsx';
import { DropArea, reasonAgainstFile } from './FileDrop.tsx';
import { sizeText } from './formats.ts';
import { PictureList } from './Pictures.tsx';
import type { PicturesOf } from './Pictures.tsx';
import { useRun } from './RowActions.tsx';

export interface PictureUploadProps {
  of: PicturesOf;
  /** Said under the field: what is missing. */
  error?: string | undefined;
  /** Hears how many pictures there are. */
  onCount: (count: number) => void;
}

/** 证明材料 as the applicant adds it: chosen, dragged here, or pasted from a scanner program or a chat. */
export function PictureUpload({ of, error, onCount }: PictureUploadProps) {
  const query = useRead(listEvidence, of);
  const { sending, refusals, send } = useSending(of);
  const client = useQueryClient();
  const run = useRun();
  const count = query.data?.files.length;
  useEffect(() => {
    if (count !== undefined) onCount(count);
  }, [count, onCount]);
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const files = Array.from(event.clipboardData?.files ?? []);
      if (files.length === 0) return;
      event.preventDefault();
      void send(files);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [send]);
  if (hasFailed(query)) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;

  return (
    <div className="picture-upload">
      <PictureDrop onFiles={(files) => void send(files)} invalid={error !== undefined} />
      {error && <p className="field-error">{error}</p>}
      {sending && (
        <div role="status">
          正在上传 {sending.name}
          <Progress percent={Math.floor(sending.share * 100)} status="active" aria-label="上传进度" />
        </div>
      )}
      {refusals.length > 0 && (
        <ul className="plain-list field-error" role="alert">
          {refusals.map((refusal, at) => (
            <li key={at}>{refusal}</li>
          ))}
        </ul>
      )}
      <PictureList
        files={query.data?.files ?? []}
        onRemove={({ id }) =>
          void run(async () => {
            await call(removeEvidence, { id });
            await client.invalidateQueries({ queryKey: [listEvidence.path] });
          })
        }
      />
    </div>
  );
}

function PictureDrop({ onFiles, invalid }: { onFiles: (files: File[]) => void; invalid: boolean }) {
  return (
    <DropArea
      input={{ 'data-field': 'evidence', multiple: true, accept: EVIDENCE_ACCEPT, 'aria-invalid': invalid }}
      onFiles={onFiles}
    >
      <PictureOutlined aria-hidden />
      <span>
        <strong>选择图片</strong>，或将图片拖到这里，也可以直接粘贴（Ctrl+V）
      </span>
      <span className="note">
        JPG、PNG，每张不超过 {sizeText(EVIDENCE_BYTES_MAX)}，最多 {EVIDENCE_FILES_MAX} 张
      </span>
    </DropArea>
  );
}

/** Uploads one after another; what is refused is told by name, the others go on. */
export function useSending({ ownerKind, ownerId }: PicturesOf) {
  const client = useQueryClient();
  const [sending, setSending] = useState<{ name: string; share: number }>();
  const [refusals, setRefusals] = useState<string[]>([]);
  const isUnderWay = useRef(false);
  const send = useCallback(
    async (files: readonly File[]): Promise<void> => {
      if (isUnderWay.current) return;
      isUnderWay.current = true;
      setRefusals([]);
      for (const file of files) {
        const progress = (share: number): void => setSending({ name: file.name, share });
        const reason = reasonAgainstPicture(file) ?? (await sendOne({ ownerKind, ownerId }, file, progress));
        if (reason) setRefusals((before) => [...before, reason]);
        else await client.invalidateQueries({ queryKey: [listEvidence.path] });
      }
      setSending(undefined);
      isUnderWay.current = false;
    },
    [client, ownerKind, ownerId],
  );
  return { sending, refusals, send };
}

/** Why it was refused; undefined when the node has it. */
async function sendOne(of: PicturesOf, file: File, progress: (share: number) => void): Promise<string | undefined> {
  progress(0);
  try {
    await upload(uploadEvidence, of, file, progress);
    return undefined;
  } catch (error) {
    return `“${file.name}”：${asProblem(error).detail ?? asProblem(error).message}`;
  }
}

function reasonAgainstPicture(file: File): string | undefined {
  if (file.size > EVIDENCE_BYTES_MAX)
    return `“${file.name}”有 ${sizeText(file.size)}，最大 ${sizeText(EVIDENCE_BYTES_MAX)}，请缩小或压缩后重新选择`;
  return reasonAgainstFile(file, EVIDENCE_ACCEPT, EVIDENCE_BYTES_MAX);
}
