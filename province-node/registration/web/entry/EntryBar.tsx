import { Button } from 'antd';
import { Link } from 'react-router';
import type { Problem } from '../../../../contracts/core/problems.ts';
import { ActButton } from '../../../../shared/web/ActButton.tsx';
import { ConfirmAct } from '../../../../shared/web/ConfirmAct.tsx';
import { ProblemAlert } from '../../../../shared/web/ErrorView.tsx';
import { secondText } from '../../../../shared/web/formats.ts';
import { paths } from '../../../web/paths.ts';
import type { SaverStatus } from '../../../../shared/web/draft-saver.ts';
import type { EntryPurpose } from './purpose.ts';

export interface EntryBarProps {
  status: SaverStatus;
  working: boolean;
  problem: Problem | undefined;
  purpose: EntryPurpose;
  back: string;
  onSave: (goOn: boolean) => void;
  onRetry: () => void;
  onDiscard: () => Promise<void>;
}

/** At the foot, always in sight: what was saved when, what was refused, and the buttons. */
export function EntryBar({ status, working, problem, purpose, back, onSave, onRetry, onDiscard }: EntryBarProps) {
  const reason = status.state === 'stale' ? (status.problem?.detail ?? '这名学生已在别处修改') : undefined;
  return (
    <footer className="entry-bar">
      {problem && <ProblemAlert problem={problem} />}
      <div className="buttons">
        <DraftStatus status={status} onRetry={onRetry} />
        <span className="space" />
        <Link to={back}>返回</Link>
        <ConfirmAct
          title={purpose.discarding.title}
          consequence={purpose.discarding.consequence}
          okText={purpose.discarding.okText}
          danger
          onConfirm={onDiscard}
        >
          {purpose.discarding.title}
        </ConfirmAct>
        <ActButton reason={reason} loading={working} onClick={() => onSave(true)}>
          保存并继续
        </ActButton>
        <ActButton type="primary" reason={reason} loading={working} onClick={() => onSave(false)}>
          保存 <kbd>Ctrl+S</kbd>
        </ActButton>
      </div>
      <p className="note">{purpose.note}</p>
    </footer>
  );
}

function DraftStatus({ status: { state, savedAt, problem }, onRetry }: Pick<EntryBarProps, 'status' | 'onRetry'>) {
  switch (state) {
    case 'saved':
      return (
        <span className="note" role="status">
          {savedAt ? `草稿已保存 ${secondText(savedAt).slice(11)}` : '填写的内容会自动保存为草稿'}
        </span>
      );
    case 'unsaved':
      return (
        <span className="note" role="status">
          正在保存草稿…
        </span>
      );
    case 'failed':
      return (
        <span className="field-error" role="status">
          {problem?.code === 'network-down'
            ? '草稿还没有保存，连接恢复后自动保存'
            : `草稿还没有保存：${problem?.message ?? ''}，正在自动重试`}
          <Button type="link" size="small" onClick={onRetry}>
            立即重试
          </Button>
        </span>
      );
    case 'stale':
      return (
        <span className="field-error" role="alert">
          {problem?.detail ?? problem?.message}　<Link to={paths.registrations}>学籍注册查询</Link>
        </span>
      );
  }
}
