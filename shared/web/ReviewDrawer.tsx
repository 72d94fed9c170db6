import { Button, Drawer, Progress, Skeleton } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import { decideApplication, stepActTitles } from '../../contracts/application.ts';
import type { ApplicationView, Decision } from '../../contracts/application.ts';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import type { Problem } from '../../contracts/core/problems.ts';
import { ActButton } from './ActButton.tsx';
import { useAct, useRead } from './api.ts';
import { ChainSteps } from './ChainSteps.tsx';
import { ErrorView, ProblemAlert } from './ErrorView.tsx';
import { useMessages } from './messages.tsx';
import { Opinion } from './Opinion.tsx';
import { ReviewChecks, ReviewHistory, ReviewSections } from './ReviewSections.tsx';
import type { ReviewCheck, ReviewSection } from './ReviewSections.tsx';

/** What a business shows of one application, in the order in which a reviewer reads. */
export interface ReviewSubject {
  /** Who and what, in one line. */
  heading: ReactNode;
  application: ApplicationView;
  checks: readonly ReviewCheck[];
  sections: readonly ReviewSection[];
  /** Evidence, pictures, comparisons: below the sections. */
  extra?: ReactNode;
}

export interface ReviewDrawerProps<Detail> {
  title: string;
  /** The applications, one after another in this order; none: closed. */
  ids: readonly string[];
  endpoint: Endpoint<z.ZodType, z.ZodType<Detail>>;
  describe: (detail: Detail) => ReviewSubject;
  /** The reads that show what a decision changes: the list, the counts. */
  invalidates: readonly Endpoint[];
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
  if (id === undefined) return null;
  const next = (told: string): void => {
    messages.success(told);
    if (at + 1 < ids.length) setAt(at + 1);
    else onClose();
  };
  return (
    <>
      {ids.length > 1 && (
        <div className="review-progress">
          <span role="status">
            第 {at + 1} / {ids.length} 项
          </span>
          <Progress percent={(at / ids.length) * 100} showInfo={false} size="small" aria-label="审核进度" />
          <Button size="small" disabled={at === 0} onClick={() => setAt(at - 1)}>
            上一项
          </Button>
          <Button size="small" disabled={at + 1 === ids.length} onClick={() => setAt(at + 1)}>
            下一项
          </Button>
        </div>
      )}
      <OneReview key={id} id={id} {...props} onDecided={next} />
    </>
  );
}

function OneReview<Detail>(props: ReviewDrawerProps<Detail> & { id: string; onDecided: (told: string) => void }) {
  const { id, endpoint, describe } = props;
  const query = useRead(endpoint, { id });
  if (query.isPending) return <Skeleton active paragraph={{ rows: 12 }} />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { heading, application, checks, sections, extra } = describe(query.data);
  return (
    <article className="review">
      <h2>{heading}</h2>
      <ChainSteps application={application} />
      <ReviewChecks checks={checks} />
      <ReviewSections sections={sections} />
      {extra}
      <ReviewHistory history={application.history} />
      <DecisionBar
        application={application}
        invalidates={[endpoint, ...props.invalidates]}
        onDecided={props.onDecided}
      />
    </article>
  );
}

interface DecisionBarProps {
  application: ApplicationView;
  invalidates: readonly Endpoint[];
  onDecided: (told: string) => void;
}

/** Opinion and buttons, always in sight at the foot; grey with the reason when the turn is another's. */
export function DecisionBar({ application, invalidates, onDecided }: DecisionBarProps) {
  const [opinion, setOpinion] = useState('');
  const [missing, setMissing] = useState<string>();
  const decide = useAct(decideApplication, { invalidates });
  const act = application.chain[application.position]?.act;
  const reason = application.mayDecide ? undefined : (application.reason ?? '当前不由本单位办理');

  const run = (decision: Decision): void => {
    if (decision === 'return' && opinion.trim() === '') return setMissing('审核不通过时须填写审核意见');
    decide.mutate(
      { id: application.id, revision: application.revision, decision, opinion },
      { onSuccess: () => onDecided(toldOf(decision, act)) },
    );
  };

  if (act === undefined) return null;
  return (
    <footer className="decision-bar">
      {act === 'review' && application.mayDecide && (
        <Opinion
          value={opinion}
          error={missing}
          onChange={(text) => {
            setOpinion(text);
            setMissing(undefined);
          }}
        />
      )}
      <Refusal problem={decide.error} />
      <div className="buttons">
        {reason && <span className="note">{reason}</span>}
        <ActButton type="primary" reason={reason} loading={decide.isPending} onClick={() => run('approve')}>
          {act === 'review' ? '审核通过' : stepActTitles.report}
        </ActButton>
        {act === 'review' && (
          <ActButton danger reason={reason} loading={decide.isPending} onClick={() => run('return')}>
            审核不通过
          </ActButton>
        )}
      </div>
    </footer>
  );
}

function Refusal({ problem }: { problem: Problem | null }) {
  return problem && <ProblemAlert problem={problem} />;
}

function toldOf(decision: Decision, act: 'review' | 'report' | undefined): string {
  if (act === 'report') return '已上报';
  return decision === 'approve' ? '已审核通过' : '已退回';
}
