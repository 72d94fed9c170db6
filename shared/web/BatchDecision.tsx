import { useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { decideApplications, stepActTitles } from '../../contracts/application.ts';
import type { Decision, StepAct } from '../../contracts/application.ts';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import type { TaskFailure } from '../../contracts/task.ts';
import { useAct } from './api.ts';
import type { InputOf } from './api.ts';
import { ProblemAlert } from './ErrorView.tsx';
import { thousands } from './formats.ts';
import { Opinion } from './Opinion.tsx';
import { reviewWords } from './review-words.ts';
import type { ReviewWords } from './review-words.ts';
import { TaskProgress } from './TaskProgress.tsx';

export interface BatchDecisionProps {
  /** What is decided, and how many; none: closed. `ids` absent means all that wait, within `orgId` and `group`. */
  target: { act: StepAct; kind: string; total: number; ids?: string[]; orgId?: string; group?: string } | undefined;
  /** What an item is called: 人. */
  unit: string;
  /** What else the person should know, such as how many still wait for their checks. */
  note?: ReactNode;
  nameOf?: (failure: TaskFailure) => ReactNode;
  invalidates: readonly Endpoint[];
  words?: ReviewWords;
  /** The work has begun: what was selected for it is spoken for. */
  onStarted?: () => void;
  onClose: () => void;
}

/** 全部审核 / 全部上报: one opinion for all, a bar while it runs, and the list of what was not done and why. */
export function BatchDecision(props: BatchDecisionProps) {
  const { target, words = reviewWords, onClose } = props;
  return (
    <Modal
      open={target !== undefined}
      title={target && titleOf(target, words)}
      width={620}
      footer={null}
      destroyOnHidden
      onCancel={onClose}
    >
      {target && <Body {...props} target={target} />}
    </Modal>
  );
}

/** 审核 of chosen ones, 全部审核 of all that wait. */
function titleOf({ act, ids }: NonNullable<BatchDecisionProps['target']>, words: ReviewWords): string {
  return `${ids ? '' : '全部'}${act === 'review' ? words.title : stepActTitles[act]}`;
}

function Body(props: BatchDecisionProps & { target: NonNullable<BatchDecisionProps['target']> }) {
  const { target, unit, note, nameOf, invalidates, words = reviewWords, onClose } = props;
  const title = titleOf(target, words);
  const [opinion, setOpinion] = useState('');
  const [missing, setMissing] = useState<string>();
  const client = useQueryClient();
  const start = useAct(decideApplications);
  const [hasEnded, setHasEnded] = useState(false);
  const end = (): void => {
    setHasEnded(true);
    for (const { path } of invalidates) void client.invalidateQueries({ queryKey: [path] });
  };
  const run = (decision: Decision): void => {
    if (decision === 'return' && opinion.trim() === '')
      return setMissing(`${words.title}不通过时须填写${words.title}意见`);
    const { total: _, ...chosen } = target;
    const input: InputOf<typeof decideApplications> = { ...chosen, decision, opinion };
    start.mutate(input, { onSuccess: () => props.onStarted?.() });
  };

  if (start.data) {
    return (
      <>
        <TaskProgress taskId={start.data.taskId} unit={unit} {...(nameOf ? { nameOf } : {})} onEnded={end} />
        {!hasEnded && <p className="note">可以关闭此窗口，办理在后台继续。</p>}
        <div className="dialog-buttons">
          <Button onClick={onClose}>关闭</Button>
        </div>
      </>
    );
  }
  return (
    <>
      <p>
        {target.act === 'report' ? '将上报' : '将对'} <strong>{thousands(target.total)}</strong> {unit}
        {target.act === 'review' && `作出同一${words.title}意见`}，提交后不能撤回。
        {words.refusal && `${words.refusal}。`}
        {note}
      </p>
      {target.act === 'review' && (
        <Opinion
          value={opinion}
          error={missing}
          autoFocus
          words={words}
          onChange={(text) => {
            setOpinion(text);
            setMissing(undefined);
          }}
        />
      )}
      {start.error && <ProblemAlert problem={start.error} />}
      <div className="dialog-buttons">
        <Button onClick={onClose}>取消</Button>
        {target.act === 'review' && (
          <Button danger loading={start.isPending} onClick={() => run('return')}>
            {title}不通过
          </Button>
        )}
        <Button type="primary" loading={start.isPending} onClick={() => run('approve')}>
          {target.act === 'review' ? `${title}通过` : title}
        </Button>
      </div>
    </>
  );
}
