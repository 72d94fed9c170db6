import { UserOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useRef } from 'react';
import type { ReactNode } from 'react';
import { EVIDENCE_ACCEPT, listEvidence, removeEvidence } from '../../contracts/evidence.ts';
import type { EvidenceFile } from '../../contracts/evidence.ts';
import { PHOTO_ADVICE, PHOTO_TITLE } from '../../contracts/photo.ts';
import { ActButton } from './ActButton.tsx';
import { call, hasFailed, useRead } from './api.ts';
import { Picture } from './Pictures.tsx';
import type { PicturesOf } from './Pictures.tsx';
import { useSending } from './PictureUpload.tsx';
import { useRun } from './RowActions.tsx';
import './photo.css';

/** 26 × 32 mm, as on the paper. */
const [WIDTH, HEIGHT] = [104, 128];

/** 学籍照片 of a pupil; an empty frame says that there is none. */
export function Photo({ of }: { of: PicturesOf }) {
  const { frame } = usePhoto(of);
  return <figure className="photo">{frame}</figure>;
}

export interface PhotoFieldProps {
  of: PicturesOf;
  /** Why it cannot be changed now. */
  reason?: string | undefined;
  /** Beside the frame stands what a photo must be. */
  advised?: boolean;
}

/** The same for who may change it: what is uploaded takes the place of what was there. */
export function PhotoField({ of, reason, advised = false }: PhotoFieldProps) {
  const { frame, file } = usePhoto(of);
  const { sending, refusals, send } = useSending(of);
  const client = useQueryClient();
  const run = useRun();
  const input = useRef<HTMLInputElement>(null);
  const remove = (id: string): Promise<void> =>
    run(async () => {
      await call(removeEvidence, { id });
      await client.invalidateQueries({ queryKey: [listEvidence.path] });
    });
  return (
    <div className="photo-field">
      <figure className="photo">{frame}</figure>
      <div className="photo-acts">
        {advised && <span className="note">{PHOTO_ADVICE}；JPG、PNG</span>}
        <input
          ref={input}
          type="file"
          className="unseen"
          tabIndex={-1}
          aria-label={`选择${PHOTO_TITLE}`}
          accept={EVIDENCE_ACCEPT}
          onChange={({ target }) => {
            void send(Array.from(target.files ?? []).slice(0, 1));
            target.value = '';
          }}
        />
        <ActButton
          size="small"
          reason={reason}
          loading={sending !== undefined}
          title={advised ? undefined : PHOTO_ADVICE}
          onClick={() => input.current?.click()}
        >
          {file ? '更换照片' : '上传照片'}
        </ActButton>
        {file && !file.submitted && !reason && (
          <ActButton size="small" type="link" danger onClick={() => void remove(file.id)}>
            删除照片
          </ActButton>
        )}
        {refusals.map((refusal) => (
          <p key={refusal} className="field-error" role="alert">
            {refusal}
          </p>
        ))}
      </div>
    </div>
  );
}

function usePhoto(of: PicturesOf): { file: EvidenceFile | undefined; frame: ReactNode } {
  const query = useRead(listEvidence, of);
  if (hasFailed(query)) {
    const failed = (
      <span className="no-photo" role="alert">
        照片读取失败
        <ActButton size="small" title={query.error.message} onClick={() => void query.refetch()}>
          重试
        </ActButton>
      </span>
    );
    return { file: undefined, frame: failed };
  }
  if (query.isPending) return { file: undefined, frame: <Skeleton.Image active /> };
  const file = query.data.files[0];
  if (file)
    return { file, frame: <Picture key={file.id} file={file} width={WIDTH} height={HEIGHT} alt={PHOTO_TITLE} /> };
  const empty = (
    <span className="no-photo">
      <UserOutlined aria-hidden />
      暂无照片
    </span>
  );
  return { file: undefined, frame: empty };
}
