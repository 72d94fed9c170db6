import { DownloadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Modal, Progress } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { SHEET_BYTES_MAX, SHEET_ROWS_MAX } from '../../../contracts/core/sheet.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import {
  downloadMarkedPreschoolImport,
  downloadPreschoolTemplate,
  importPreschoolList,
  listPreschoolEntries,
  listPreschoolImportRows,
} from '../../../contracts/preschool.ts';
import type { PreschoolImport } from '../../../contracts/preschool.ts';
import { listedItems, MatchState, matchStateTitles } from '../../../contracts/preschool-rules.ts';
import { studentFieldTitles } from '../../../contracts/student-form.ts';
import { download, queryString, upload } from '../../../shared/web/api.ts';
import { asProblem, ProblemAlert } from '../../../shared/web/ErrorView.tsx';
import { FileDrop } from '../../../shared/web/FileDrop.tsx';
import { thousands } from '../../../shared/web/formats.ts';
import { GRID_PREFIX, ImportGrid } from '../../../shared/web/ImportGrid.tsx';
import { useRun } from '../../../shared/web/RowActions.tsx';
import { paths } from '../../web/paths.ts';
import './preschool.css';

const titles = listedItems.map(({ title }) => title);
const keyTitles = [studentFieldTitles.name];

/** Excel导入: template, file, and what is wrong in it, in one window (ministry's description, 学前调档名单导入). */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const run = useRun();
  const [, setParams] = useSearchParams();
  const [sending, setSending] = useState<{ name: string; share: number }>();
  const [problem, setProblem] = useState<Problem>();
  const [result, setResult] = useState<PreschoolImport>();

  const forgetGrid = (): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      for (const name of Array.from(next.keys())) if (name.startsWith(GRID_PREFIX)) next.delete(name);
      return next;
    });
  const send = async (file: File): Promise<void> => {
    setProblem(undefined);
    setResult(undefined);
    setSending({ name: file.name, share: 0 });
    try {
      setResult(await upload(importPreschoolList, {}, file, (share) => setSending({ name: file.name, share })));
      void client.invalidateQueries({ queryKey: [listPreschoolEntries.path] });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setSending(undefined);
    }
  };

  return (
    <Modal
      open
      title="学前调档名单导入"
      width={1000}
      footer={<Button onClick={onClose}>关闭</Button>}
      onCancel={onClose}
      afterOpenChange={(open) => !open && forgetGrid()}
    >
      <div className="upload-field">
        <div className="hint">
          请按模板填写，一个文件最多 {thousands(SHEET_ROWS_MAX)} 人。没有错误的文件立即导入并查询学前学籍。
          <Button
            icon={<DownloadOutlined aria-hidden />}
            onClick={() => void run(() => download(downloadPreschoolTemplate, {}))}
          >
            下载模板
          </Button>
        </div>
        <FileDrop
          title={result && result.errors > 0 ? '选择修改后的 Excel 文件' : '选择 Excel 文件'}
          accept=".xlsx"
          bytesMax={SHEET_BYTES_MAX}
          disabled={sending !== undefined}
          onFile={(file) => void send(file)}
          onRefused={(reason) => setProblem(asProblem(new Error(reason)))}
        />
        {sending && (
          <div role="status">
            {sending.share < 1 ? '正在上传' : '正在校验并查询学前学籍：'} {sending.name}
            <Progress percent={Math.floor(sending.share * 100)} status="active" aria-label="上传进度" />
          </div>
        )}
        {problem && <ProblemAlert problem={problem} />}
      </div>
      {result && (result.errors > 0 ? <Wrong result={result} /> : <Imported result={result} onClose={onClose} />)}
    </Modal>
  );
}

function Imported({ result: { fileName, rows, matches }, onClose }: { result: PreschoolImport; onClose: () => void }) {
  const counts = MatchState.options.map((state) => `${matchStateTitles[state]} ${thousands(matches[state])} 人`);
  return (
    <Alert
      className="import-outcome"
      type="success"
      showIcon
      title={`已导入 ${thousands(rows)} 人：${counts.join('，')}`}
      description={
        matches['to-confirm'] > 0 && (
          <Link to={paths.preschoolList + queryString({ fileName, matchState: 'to-confirm' })} onClick={onClose}>
            查看待确认的学生
          </Link>
        )
      }
    />
  );
}

/** Nothing of it was imported: what is wrong by row and column, and the file with its cells marked. */
function Wrong({ result: { id, fileName, rows, failed, errors } }: { result: PreschoolImport }) {
  const run = useRun();
  return (
    <>
      <Alert
        className="import-outcome"
        type="error"
        showIcon
        title={`“${fileName}”没有导入：${thousands(rows)} 行中 ${thousands(failed)} 行有错误，共 ${thousands(errors)} 处，请修改后重新上传`}
        action={
          <Button
            icon={<DownloadOutlined aria-hidden />}
            onClick={() => void run(() => download(downloadMarkedPreschoolImport, { id }))}
          >
            下载标注问题的文件
          </Button>
        }
      />
      <ImportGrid
        key={id}
        id={id}
        endpoint={listPreschoolImportRows}
        titles={titles}
        keyTitles={keyTitles}
        hasFindings
      />
    </>
  );
}
