import type { TableProps } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { listInbox, stepActTitles } from '../../../contracts/application.ts';
import type { StepAct } from '../../../contracts/application.ts';
import { idCategoryTitles } from '../../../contracts/people/id-document.ts';
import type { IdCategory } from '../../../contracts/people/id-document.ts';
import { listWaitingRegistrations, registrationKindTitles } from '../../../contracts/registration.ts';
import type { RegistrationKind } from '../../../contracts/registration.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { hasFailed, queryString, useRead } from '../../../shared/web/api.ts';
import { BatchDecision } from '../../../shared/web/BatchDecision.tsx';
import type { BatchDecisionProps } from '../../../shared/web/BatchDecision.tsx';
import { ConditionForm } from '../../../shared/web/ConditionForm.tsx';
import { PAGE_SIZES, readListState, textCondition, writeListState } from '../../../shared/web/conditions.ts';
import type { ConditionValues } from '../../../shared/web/conditions.ts';
import { DataTable } from '../../../shared/web/DataTable.tsx';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { spanText, thousands } from '../../../shared/web/formats.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { RowActions } from '../../../shared/web/RowActions.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import './registration.css';
import { FailureLink } from './FailureLink.tsx';
import { decidableOf, leftOutText, reasonAgainstAll, reasonAgainstSome, waitingSchools } from './waiting-schools.ts';
import type { WaitingSchool } from './waiting-schools.ts';

const conditions = [textCondition('orgName', '学校名称'), textCondition('orgId', '学校标识码')];
const REFRESH_MS = 10_000;

export interface WaitingProps {
  kind: RegistrationKind;
  act: StepAct;
  /** The address of the pupils' list behind each count. */
  pupils: string;
}

/** 审核 or 上报, first level: what waits, by school and id category; each count opens its list (features 1.10–1.12). */
export function WaitingSchools(props: WaitingProps) {
  const { kind, act } = props;
  return (
    <>
      <PageHeader title={`${registrationKindTitles[kind]}${stepActTitles[act]}`} note={notes[act]} />
      <Waiting {...props} />
    </>
  );
}

function Waiting({ kind, act, pupils }: WaitingProps) {
  const { org } = useSession();
  const [params, setParams] = useSearchParams();
  const [target, setTarget] = useState<BatchDecisionProps['target']>();
  const inbox = useRead(listInbox, { kind, act }, { refetchInterval: REFRESH_MS });
  if (hasFailed(inbox)) return <ErrorView error={inbox.error} onRetry={() => void inbox.refetch()} />;
  const title = stepActTitles[act];
  const state = readListState(params, conditions);
  const change = (next: Partial<typeof state>): void =>
    setParams((before) => writeListState(before, conditions, { ...state, ...next }));
  const all = waitingSchools(inbox.data?.rows ?? []);
  const schools = all.filter((school) => isAsked(school, state.values));
  const decideAll = (school?: WaitingSchool): void =>
    setTarget({ kind, act, total: decidableOf(school ? [school] : all), ...(school ? { orgId: school.orgId } : {}) });
  // What the conditions leave out is not decided with the others.
  const isNarrow = schools.length < all.length;

  return (
    <>
      {org.level !== 'school' && (
        <ConditionForm
          conditions={conditions}
          values={state.values}
          onQuery={(values) => change({ values, page: 1 })}
        />
      )}
      <section className="query-table" aria-label={`${title}列表`}>
        <div className="toolbar">
          <ActButton
            type="primary"
            reason={isNarrow ? reasonAgainstSome(schools, title) : reasonAgainstAll(all)}
            onClick={() => decideAll(isNarrow ? schools[0] : undefined)}
          >
            全部{title}
          </ActButton>
          <span className="note">{leftOutText(schools)}</span>
        </div>
        <DataTable<WaitingSchool>
          rowKey="orgId"
          loading={inbox.isPending}
          dataSource={schools}
          columns={columnsOf(title, pupils, decideAll)}
          locale={{ emptyText: inbox.isPending ? ' ' : <Empty title={title} isFiltered={all.length > 0} /> }}
          pagination={{
            current: state.page,
            pageSize: state.pageSize,
            pageSizeOptions: [...PAGE_SIZES],
            size: 'small',
            showTotal: (total) => `共 ${thousands(total)} 所学校`,
            onChange: (page, size) =>
              change({ page, pageSize: PAGE_SIZES.find((one) => one === size) ?? state.pageSize }),
          }}
        />
      </section>
      <BatchDecision
        target={target}
        unit="人"
        note={leftOutText(target?.orgId === undefined ? all : all.filter(({ orgId }) => orgId === target.orgId))}
        nameOf={(failure) => <FailureLink id={failure.id} />}
        invalidates={[listInbox, listWaitingRegistrations]}
        onClose={() => setTarget(undefined)}
      />
    </>
  );
}

const notes: Record<StepAct, string> = {
  review: '点击人数查看学生明细；完成全国查重和身份认证的学生才能审核',
  report: '学校主管领导审核通过的学生，由学籍管理员上报主管教育部门审核',
};

function isAsked({ orgId, orgName }: WaitingSchool, values: ConditionValues): boolean {
  return orgName.includes(values['orgName'] ?? '') && orgId.startsWith(values['orgId'] ?? '');
}

function Empty({ title, isFiltered }: { title: string; isFiltered: boolean }) {
  const nothing = `没有等待${title}的学生。前一环节办理完成后，学生会出现在这里`;
  return <EmptyState>{isFiltered ? '没有符合查询条件的学校，请修改条件后再查询' : nothing}</EmptyState>;
}

function columnsOf(
  title: string,
  pupils: string,
  decideAll: (school: WaitingSchool) => void,
): NonNullable<TableProps<WaitingSchool>['columns']> {
  const linked = (count: number, school: WaitingSchool, category?: IdCategory) =>
    count === 0 ? '0' : <Link to={pupils + queryString({ schoolId: school.orgId, category })}>{thousands(count)}</Link>;
  return [
    { title: '学校名称', dataIndex: 'orgName' },
    { title: '学校标识码', dataIndex: 'orgId' },
    { title: '总数', dataIndex: 'total', align: 'right', render: (count: number, school) => linked(count, school) },
    ...(['resident', 'hmt-foreign', 'none'] as const).map((category) => ({
      title: `${idCategoryTitles[category]}人数`,
      dataIndex: category,
      align: 'right' as const,
      render: (count: number, school: WaitingSchool) => linked(count, school, category),
    })),
    { title: '查重认证', key: 'checks', render: (_, school) => <Checks school={school} /> },
    {
      title: '最早一项已等待',
      dataIndex: 'oldestSince',
      render: (since: string) => spanText(Date.now() - Date.parse(since)),
    },
    {
      title: '操作',
      key: 'act',
      render: (_, school) => (
        <RowActions
          actions={[
            {
              title: `全部${title}`,
              reason: reasonAgainstAll([school]),
              onRun: () => decideAll(school),
            },
          ]}
        />
      ),
    },
  ];
}

function Checks({ school: { checking, checkFailed } }: { school: WaitingSchool }) {
  if (checking + checkFailed === 0) return <StateTag tone="good">全部完成</StateTag>;
  return (
    <div className="waiting-checks">
      {checking > 0 && <StateTag tone="going-on">{thousands(checking)} 人查重认证中</StateTag>}
      {checkFailed > 0 && <StateTag tone="bad">{thousands(checkFailed)} 人查重不通过</StateTag>}
    </div>
  );
}
