import { useState } from 'react';
import { countInbox } from '../../../contracts/application.ts';
import { getProblemGroup, getProblemHandling } from '../../../contracts/problem-handling.ts';
import {
  exportProblemReviews,
  listProblemRecords,
  listProblemReviews,
  problemReachTitles,
} from '../../../contracts/problem-record.ts';
import type { ProblemReach, ProblemRow } from '../../../contracts/problem-record.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import type { BatchAction } from '../../../shared/web/QueryTable.tsx';
import { ReviewDrawer } from '../../../shared/web/ReviewDrawer.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { describeHandling } from './describe-handling.tsx';
import { columnsWithout, ownReviewConditions, reviewConditions } from './problem-columns.tsx';
import { handlingWords } from './handling-words.ts';

const columns = columnsWithout('state', 'locked', 'turnName');
const idOf = ({ applicationId, id }: ProblemRow): string => applicationId ?? id;

export function InProvinceReviewPage() {
  return <ReviewPage reach="in-province" />;
}

export function CrossProvinceReviewPage() {
  return <ReviewPage reach="cross-province" />;
}

/** 审核: what waits for the caller, decided one after another beside the whole group. */
function ReviewPage({ reach }: { reach: ProblemReach }) {
  const { org } = useSession();
  const [reviewing, setReviewing] = useState<{ ids: string[]; clear?: () => void }>({ ids: [] });
  const title = `${problemReachTitles[reach]}问题学籍审核`;
  const chosen: BatchAction<ProblemRow> = {
    title: '审核',
    primary: true,
    onRun: (rows, clear) => setReviewing({ ids: rows.map(idOf), clear }),
  };
  return (
    <>
      <PageHeader title={title} note="佐证和删除在这里审核；变更按关键数据变更的流程审核" />
      <QueryTable
        endpoint={listProblemReviews}
        exportAs={exportProblemReviews}
        rowKey="id"
        columns={columns}
        conditions={org.level === 'school' ? ownReviewConditions : reviewConditions}
        fixed={{ reach }}
        empty={`没有等待审核的${problemReachTitles[reach]}问题学籍`}
        batch={[chosen]}
        onOpen={(row) => setReviewing({ ids: [idOf(row)] })}
        actions={(row) => [{ title: '审核', onRun: () => setReviewing({ ids: [idOf(row)] }) }]}
      />
      <ReviewDrawer
        title={title}
        ids={reviewing.ids}
        endpoint={getProblemHandling}
        describe={describeHandling}
        words={handlingWords}
        invalidates={[listProblemReviews, listProblemRecords, getProblemGroup, countInbox]}
        onClose={() => {
          reviewing.clear?.();
          setReviewing({ ids: [] });
        }}
      />
    </>
  );
}
