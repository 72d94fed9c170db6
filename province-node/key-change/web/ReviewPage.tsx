import { useState } from 'react';
import { blockedReasons, countInbox } from '../../../contracts/application.ts';
import { PAGE_SIZE_MAX } from '../../../contracts/core/page.ts';
import { Problem } from '../../../contracts/core/problems.ts';
import {
  exportWaitingKeyChanges,
  getKeyChange,
  listKeyChanges,
  listWaitingKeyChanges,
} from '../../../contracts/key-change.ts';
import type { KeyChangeRow } from '../../../contracts/key-change.ts';
import { KEY_CHANGE } from '../../../contracts/key-change-kind.ts';
import { checkStateTitles } from '../../../contracts/registration.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { BatchDecision } from '../../../shared/web/BatchDecision.tsx';
import type { BatchDecisionProps } from '../../../shared/web/BatchDecision.tsx';
import { call } from '../../../shared/web/api.ts';
import { choiceCondition, orgCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import type { Asked, BatchAction } from '../../../shared/web/QueryTable.tsx';
import { ReviewDrawer } from '../../../shared/web/ReviewDrawer.tsx';
import { useRun } from '../../../shared/web/RowActions.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { changeColumns, ownColumns } from './change-columns.tsx';
import { describeChange } from './describe-change.tsx';

const ofReview = ({ name }: { name: string }): boolean => !['state', 'turn', 'returnedWith'].includes(name);
const [columnsOfOwn, columnsOfAll] = [ownColumns.filter(ofReview), changeColumns.filter(ofReview)];
const ofOneSchool = [
  textCondition('name', '学生姓名', '完整姓名'),
  textCondition('studentNumber', '学籍号', '完整号码'),
  choiceCondition('checkState', '查重认证状态', checkStateTitles),
];
const ofAnArea = [orgCondition('orgId', '学校或区域'), ...ofOneSchool];

/** Checks end by themselves. */
const REFRESH_MS = 10_000;
const changes = [listWaitingKeyChanges, listKeyChanges, countInbox];

/** 关键数据变更审核: what waits for the caller, one after another, chosen, or all that the conditions select (features 6.4). */
export function ReviewKeyChangesPage() {
  const { org } = useSession();
  const [reviewing, setReviewing] = useState<{ ids: string[]; clear?: () => void }>({ ids: [] });
  const [target, setTarget] = useState<BatchDecisionProps['target']>();
  const chosen: BatchAction<KeyChangeRow> = {
    title: '审核',
    primary: true,
    onRun: (rows, clear) => setReviewing({ ids: rows.map(({ id }) => id), clear }),
  };
  return (
    <>
      <PageHeader
        title="关键数据变更审核"
        note="变更姓名或身份证件的须先完成查重认证；最后一级审核通过后变更生效，学籍号按规则随之变更"
      />
      <QueryTable
        endpoint={listWaitingKeyChanges}
        exportAs={exportWaitingKeyChanges}
        rowKey="id"
        columns={org.level === 'school' ? columnsOfOwn : columnsOfAll}
        conditions={org.level === 'school' ? ofOneSchool : ofAnArea}
        empty="没有等待审核的关键数据变更申请"
        batch={[chosen]}
        reasonAgainst={reasonAgainst}
        onOpen={({ id }) => setReviewing({ ids: [id] })}
        actions={({ id, blocked }) => [
          {
            title: '审核',
            reason: blocked ? blockedReasons[blocked] : undefined,
            onRun: () => setReviewing({ ids: [id] }),
          },
        ]}
        toolbar={(asked) => <DecideAll asked={asked} onTarget={setTarget} />}
        refetchInterval={REFRESH_MS}
      />
      <ReviewDrawer
        title="关键数据变更审核"
        ids={reviewing.ids}
        endpoint={getKeyChange}
        describe={describeChange}
        invalidates={changes}
        onClose={() => {
          reviewing.clear?.();
          setReviewing({ ids: [] });
        }}
      />
      <BatchDecision target={target} unit="项" invalidates={changes} onClose={() => setTarget(undefined)} />
    </>
  );
}

function reasonAgainst({ blocked }: KeyChangeRow): string | undefined {
  return blocked ? blockedReasons[blocked] : undefined;
}

/** As many as one order can name. */
const IDS_MAX = PAGE_SIZE_MAX;

/** 全部审核 of what the conditions select and can be decided now: named one by one, as they are on the page. */
function DecideAll({ asked, onTarget }: { asked: Asked; onTarget: (target: BatchDecisionProps['target']) => void }) {
  const run = useRun();
  const start = (): Promise<void> =>
    run(async () => {
      const { rows } = await call(listWaitingKeyChanges, { ...asked.input, page: 1, pageSize: IDS_MAX });
      const ids = rows.filter(({ blocked }) => !blocked).map(({ id }) => id);
      if (ids.length === 0) throw new Problem('checks-not-done', '符合条件的申请都还不能审核');
      onTarget({ kind: KEY_CHANGE, act: 'review', ids, total: ids.length });
    });
  const reason = asked.total === 0 ? '没有符合条件的申请' : tooMany(asked.total);
  return (
    <ActButton reason={reason} onClick={() => void start()}>
      全部审核
    </ActButton>
  );
}

function tooMany(total: number): string | undefined {
  return total > IDS_MAX ? `符合条件的超过 ${IDS_MAX} 项，请缩小查询范围` : undefined;
}
