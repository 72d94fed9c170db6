import { Alert } from 'antd';
import type { ProblemHandlingDetail } from '../../../contracts/problem-handling.ts';
import { handlingTitles, problemKindTitles } from '../../../contracts/problem-rules.ts';
import type { ReviewSubject } from '../../../shared/web/ApplicationDetail.tsx';
import { GroupEvents } from '../../../shared/web/GroupEvents.tsx';
import { GroupMembers } from './GroupMembers.tsx';
import './problem.css';

/** A handling as its reviewers read it: what it causes, and the records beside one another. */
export function describeHandling({
  handling,
  note,
  recordId,
  consequence,
  group,
  application,
}: ProblemHandlingDetail): ReviewSubject {
  const own = group.members.find(({ id }) => id === recordId);
  return {
    heading: `${handlingTitles[handling]}　${own?.name ?? ''}　${problemKindTitles[group.kind]}`,
    application,
    checks: [],
    sections: [],
    extra: (
      <>
        <Alert
          type={handling === 'delete' ? 'warning' : 'info'}
          showIcon
          className="review-section"
          title={consequence}
          description={note ? `学校说明：${note}` : undefined}
        />
        <GroupMembers group={group} marked={recordId} />
        <GroupEvents
          events={group.events}
          members={group.members}
          isAcrossProvinces={group.reach === 'cross-province'}
        />
      </>
    ),
  };
}
