import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import type { ApplicationView } from '../../contracts/application.ts';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import { hasFailed, useRead } from './api.ts';
import { ChainSteps } from './ChainSteps.tsx';
import { ErrorView } from './ErrorView.tsx';
import { ReviewChecks, ReviewHistory, ReviewSections } from './ReviewSections.tsx';
import type { ReviewCheck, ReviewSection } from './ReviewSections.tsx';

/** What a business shows of one application, in the order in which a reviewer reads. */
export interface ReviewSubject {
  /** Who and what, in one line. */
  heading: ReactNode;
  /** The pupil's photo, beside where the application stands. */
  photo?: ReactNode;
  application: ApplicationView;
  checks: readonly ReviewCheck[];
  sections: readonly ReviewSection[];
  /** Instead of chain and history, of a business whose way has more to it. */
  progress?: ReactNode;
  /** Evidence, pictures, comparisons: below the sections. */
  extra?: ReactNode;
}

export interface ApplicationDetailProps<Detail> {
  id: string;
  endpoint: Endpoint<z.ZodType, z.ZodType<Detail>>;
  describe: (detail: Detail) => ReviewSubject;
  footer?: (application: ApplicationView) => ReactNode;
}

/** Everything about one application: where it stands, the checks, the form, the history. */
export function ApplicationDetail<Detail>({ id, endpoint, describe, footer }: ApplicationDetailProps<Detail>) {
  const query = useRead(endpoint, { id });
  if (query.isPending) return <Skeleton active paragraph={{ rows: 12 }} />;
  if (hasFailed(query)) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { heading, photo, application, checks, sections, progress, extra } = describe(query.data);
  return (
    <article className="review">
      <h2>{heading}</h2>
      <div className={photo ? 'review-top' : undefined}>
        <div>
          {progress ?? <ChainSteps application={application} />}
          <ReviewChecks checks={checks} />
        </div>
        {photo}
      </div>
      <ReviewSections sections={sections} />
      {extra}
      {progress === undefined && <ReviewHistory history={application.history} />}
      {footer?.(application)}
    </article>
  );
}
