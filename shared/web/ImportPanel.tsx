import { DownloadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Progress } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import type { z } from 'zod';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import type { Page } from '../../contracts/core/page.ts';
import { amount, custom, text, time } from './columns.tsx';
import type { Column } from './columns.tsx';
import { asProblem } from './ErrorView.tsx';
import { FileDrop } from './FileDrop.tsx';
import { GRID_PREFIX } from './ImportGrid.tsx';
import { ImportResult, POLL_MS } from './ImportResult.tsx';
import type { ImportRowView } from './ImportResult.tsx';
import { QueryTable } from './QueryTable.tsx';
import { useRun } from './RowActions.tsx';
import { StateTag } from './StateTag.tsx';
import type { Tone } from './StateTag.tsx';

/** An uploaded file with the result of its dry run. */
export interface ImportSummary {
  id: string;
  fileName: string;
  uploadedBy: string;
  uploadedAt: string;
  state: string;
  /** Why the file could not be read. */
  problem: string | null;
  rows: number;
  passed: number;
  failed: number;
  errors: number;
  warnings: number;
  taskId: string | null;
}

/** What a state of the business means to the panel. Of what is done or discarded no rows are kept. */
export type ImportPhase = 'working' | 'has-errors' | 'ready' | 'unreadable' | 'done' | 'discarded';

export interface ImportPanelProps<S extends ImportSummary, I extends z.ZodType> {
  /** Reminders above the upload field. */
  hint: ReactNode;
  bytesMax: number;
  states: Readonly<Record<S['state'], { title: string; tone: Tone; phase: ImportPhase }>>;
  /** What the confirm button does: 提交注册. */
  submitTitle: string;
  /** What a row is: 人. */
  unit: string;
  /** The headers of the sheet, in its order, and which of them say whose row it is. */
  titles: readonly string[];
  keyTitles: readonly string[];
  /** More about an upload in the list, after its result. At module scope. */
  columns?: readonly Column<S>[];
  /** Said of an upload that was submitted: what happens now and where to see it. */
  done: (summary: S) => ReactNode;
  onTemplate: () => Promise<void>;
  onUpload: (file: File, onProgress: (share: number) => void) => Promise<S>;
  list: Endpoint<I, z.ZodType<Page<S>>>;
  /** Which uploads the list shows, such as those of one category. */
  listFixed?: Partial<z.input<I>>;
  one: Endpoint<z.ZodType, z.ZodType<S>>;
  rows: Endpoint<z.ZodType, z.ZodType<Page<ImportRowView>>>;
  onMarked: (id: string) => Promise<void>;
  onSubmit: (id: string, warningsConfirmed: boolean) => Promise<unknown>;
  onDiscard?: (id: string) => Promise<unknown>;
}

/** Names the opened upload in the address, so that it can be left and come back to. */
const OPENED = 'import';

/** The whole journey of an import: template, file, dry run with its findings, submission, and the list of uploads. */
export function ImportPanel<S extends ImportSummary, I extends z.ZodType>(props: ImportPanelProps<S, I>) {
  const [params, setParams] = useSearchParams();
  const opened = params.get(OPENED);
  const open = (id: string | undefined): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      for (const name of Array.from(next.keys())) if (name.startsWith(GRID_PREFIX)) next.delete(name);
      if (id) next.set(OPENED, id);
      else next.delete(OPENED);
      return next;
    });
  const isWorking = (row: S): boolean => props.states[row.state as S['state']].phase === 'working';

  if (opened) {
    const again = <UploadField panel={props} onUploaded={open} isAgain />;
    return <ImportResult key={opened} id={opened} panel={props} again={again} onBack={() => open(undefined)} />;
  }
  return (
    <>
      <UploadField panel={props} onUploaded={open} />
      <h2 className="section-title">文件上传记录</h2>
      <QueryTable
        endpoint={props.list}
        {...(props.listFixed ? { fixed: props.listFixed } : {})}
        rowKey="id"
        columns={uploadColumns(props, open)}
        onOpen={(row) => open(row.id)}
        refetchInterval={(rows) => rows.some(isWorking) && POLL_MS}
        empty="还没有上传过文件。先下载模板，填写后在上方上传。"
      />
    </>
  );
}

function UploadField<S extends ImportSummary, I extends z.ZodType>(given: {
  panel: ImportPanelProps<S, I>;
  onUploaded: (id: string) => void;
  /** Below the result of a file that cannot be submitted: the mended file, without the way back to the list. */
  isAgain?: boolean;
}) {
  const { hint, bytesMax, onTemplate, onUpload, list } = given.panel;
  const client = useQueryClient();
  const run = useRun();
  const [sending, setSending] = useState<{ name: string; share: number }>();
  const [refusal, setRefusal] = useState<string>();

  const send = async (file: File): Promise<void> => {
    setRefusal(undefined);
    setSending({ name: file.name, share: 0 });
    try {
      const uploaded = await onUpload(file, (share) => setSending({ name: file.name, share }));
      void client.invalidateQueries({ queryKey: [list.path] });
      given.onUploaded(uploaded.id);
    } catch (error) {
      setRefusal(asProblem(error).message);
      setSending(undefined);
    }
  };

  return (
    <div className="upload-field">
      {!given.isAgain && (
        <div className="hint">
          {hint}
          <Button icon={<DownloadOutlined aria-hidden />} onClick={() => void run(onTemplate)}>
            下载模板
          </Button>
        </div>
      )}
      <FileDrop
        title={given.isAgain ? '选择修改后的 Excel 文件' : '选择 Excel 文件'}
        accept=".xlsx"
        bytesMax={bytesMax}
        disabled={sending !== undefined}
        onFile={(file) => void send(file)}
        onRefused={setRefusal}
      />
      {sending && (
        <div role="status">
          正在上传 {sending.name}
          <Progress percent={Math.floor(sending.share * 100)} status="active" aria-label="上传进度" />
        </div>
      )}
      {refusal && <Alert type="error" showIcon title={refusal} role="alert" />}
    </div>
  );
}

function uploadColumns<S extends ImportSummary, I extends z.ZodType>(
  { states, columns = [], unit }: ImportPanelProps<S, I>,
  open: (id: string) => void,
): Column<S>[] {
  return [
    custom('fileName', '文件名', (row) => (
      <Button type="link" size="small" className="file-name" onClick={() => open(row.id)}>
        {row.fileName}
      </Button>
    )),
    time('uploadedAt', '上传时间'),
    custom('state', '处理结果', (row) => {
      const { title, tone } = states[row.state as S['state']];
      return <StateTag tone={tone}>{title}</StateTag>;
    }),
    ...columns,
    amount('rows', '上传条数'),
    amount('passed', `校验通过${unit}数`),
    amount('failed', `校验失败${unit}数`),
    text('uploadedBy', '上传人'),
  ];
}
