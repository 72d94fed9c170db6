import { useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Progress } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import { decideApplication, stepActTitles } from '../../contracts/application.ts';
import type { ApplicationView, Decision } from '../../contracts/application.ts';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import type { Problem } from '../../contracts/core/problems.ts';
import { ActButton } from './ActButton.tsx';
import { useAct } from './api.ts';
import { ApplicationDetail } from './ApplicationDetail.tsx';
import type { ReviewSubject } from './ApplicationDetail.tsx';
import { ProblemAlert } from './ErrorView.tsx';
import { isLookingAtPicture, isTyping, useKey } from './keys.ts';
import { useMessages } from './messages.tsx';
import { Opinion } from './Opinion.tsx';
import { reviewWords } from './review-words.ts';
import type { ReviewWords } from './review-words.ts';

export interface ReviewDrawerProps<Detail> {
  title: string;
  /** The applications, one after another in this order; none: closed. */
  ids: readonly string[];
  endpoint: Endpoint<z.ZodType, z.ZodType<Detail>>;
  describe: (detail: Detail) => ReviewSubject;
  /** The reads that show what a decision changes: the list, the counts. */
  invalidates: readonly Endpoint[];
  words?: ReviewWords;
  onClose: () => void;
}

/** Review one after another: everything about one application, the decision, and then the next opens by itself. */
export function ReviewDrawer<Detail>(props: ReviewDrawerProps<Detail>) {
  const { ids, title, onClose } = props;
  return (
    <Drawer open={ids.length > 0} title={title} size={1060} onClose={onClose} destroyOnHidden className="review-drawer">
      <OneAfterAnother key={ids.join()} {...props} />
    </Drawer>
  );
}

function OneAfterAnother<Detail>(props: ReviewDrawerProps<Detail>) {
  const { ids, onClose } = props;
  const [at, setAt] = useState(0);
  const messages = useMessages();
  const id = ids[at];
  const next = (told: string): void => {
    messages.success(told);
    if (at + 1 < ids.length) setAt(at + 1);
    else onClose();
  };
  useKey((event) => {
    if (isTyping(event) || isLookingAtPicture()) return;
    if (event.key === 'ArrowLeft' && at > 0) setAt(at - 1);
    if (event.key === 'ArrowRight' && at + 1 < ids.length) setAt(at + 1);
  });
  if (id === undefined) return null;
  return (
    <>
      {ids.length > 1 && (
        <div className="review-progress">
          <span role="status">
            第 {at + 1} / {ids.length} 项
          </span>
          <Progress percent={(at / ids.length) * 100} showInfo={false} size="small" aria-label="审核进度" />
          <Button size="small" disabled={at === 0} onClick={() => setAt(at - 1)}>
            上一项 <kbd>←</kbd>
          </Button>
          <Button size="small" disabled={at + 1 === ids.length} onClick={() => setAt(at + 1)}>
            下一项 <kbd>→</kbd>
          </Button>
        </div>
      )}
      <OneReview key={id} id={id} {...props} onDecided={next} />
    </>
  );
}

function OneReview<Detail>(props: ReviewDrawerProps<Detail> & { id: string; onDecided: (told: string) => void }) {
  const { id, endpoint, describe, invalidates, words = reviewWords, onDecided } = props;
  return (
    // The focus follows to the next application, so that keys and the voice of a screen reader go on from there.
    <div tabIndex={-1} ref={focusOnce}>
      <ApplicationDetail
        id={id}
        endpoint={endpoint}
        describe={describe}
        footer={(application) => (
          <DecisionBar
            application={application}
            invalidates={[endpoint, ...invalidates]}
            words={words}
            onDecided={onDecided}
          />
        )}
      />
    </div>
  );
}

function focusOnce(element: HTMLElement | null): void {
  element?.focus();
}

interface DecisionBarProps {
  application: ApplicationView;
  invalidates: readonly Endpoint[];
  words?: ReviewWords;
  onDecided: (told: string) => void;
}

/** Opinion and buttons, always in sight at the foot; grey with the reason when the turn is another's. */
export function DecisionBar({ application, invalidates, words = reviewWords, onDecided }: DecisionBarProps) {
  const [opinion, setOpinion] = useState('');
  const [missing, setMissing] = useState<string>();
  const client = useQueryClient();
  const decide = useAct(decideApplication);
  const act = application.chain[application.position]?.act;
  const reason = application.mayDecide ? undefined : (application.reason ?? '当前不由本单位办理');
  const againstApproving = reason ?? application.reasonAgainstApproving ?? undefined;

  const readAgain = (): void => {
    for (const { path } of invalidates) void client.invalidateQueries({ queryKey: [path] });
  };
  const run = (decision: Decision): void => {
    const against = decision === 'approve' ? againstApproving : reason;
    if (against || decide.isPending || decide.isSuccess) return;
    if (decision === 'return' && opinion.trim() === '')
      return setMissing(`${words.title}不通过时须填写${words.title}意见`);
    decide.mutate(
      { id: application.id, revision: application.revision, decision, opinion },
      {
        onSuccess: () => {
          // Not waited for: the next one opens at once.
          readAgain();
          onDecided(toldOf(decision, act, words));
        },
        // Somebody was faster: where it stands now is shown beside what is said of it.
        onError: ({ code }) => code === 'stale-revision' && readAgain(),
      },
    );
  };

  useKey((event) => {
    // A key that is held down repeats: it would run through all that wait.
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat) return;
    if (!isLookingAtPicture()) run('approve');
  });

  if (act === undefined) return null;
  return (
    <footer className="decision-bar">
      {act === 'review' && application.mayDecide && (
        <Opinion
          value={opinion}
          error={missing}
          words={words}
          onChange={(text) => {
            setOpinion(text);
            setMissing(undefined);
          }}
        />
      )}
      <Refusal problem={decide.error} />
      <div className="buttons">
        {againstApproving && <span className="note">{againstApproving}</span>}
        {!reason && words.refusal && <span className="note">{words.refusal}</span>}
        {act === 'review' && (
          <ActButton danger reason={reason} loading={decide.isPending} onClick={() => run('return')}>
            {words.title}不通过
          </ActButton>
        )}
        <ActButton type="primary" reason={againstApproving} loading={decide.isPending} onClick={() => run('approve')}>
          {act === 'review' ? `${words.title}通过` : stepActTitles.report} <kbd>Ctrl+Enter</kbd>
        </ActButton>
      </div>
    </footer>
  );
}

function Refusal({ problem }: { problem: Problem | null }) {
  return problem && <ProblemAlert problem={problem} />;
}

function toldOf(decision: Decision, act: 'review' | 'report' | undefined, words: ReviewWords): string {
  if (act === 'report') return '已上报';
  return decision === 'approve' ? `已${words.title}通过` : words.refused;
}
