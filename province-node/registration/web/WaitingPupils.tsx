import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { blockedReasons, listInbox, stepActTitles } from '../../../contracts/application.ts';
import type { StepAct } from '../../../contracts/application.ts';
import { idCategoryTitles } from '../../../contracts/people/id-document.ts';
import {
  checkStateTitles,
  exportWaitingRegistrations,
  getRegistration,
  listRegistrations,
  listWaitingRegistrations,
  registrationKindTitles,
} from '../../../contracts/registration.ts';
import type { RegistrationKind, RegistrationRow } from '../../../contracts/registration.ts';
import { useRead } from '../../../shared/web/api.ts';
import { BatchDecision } from '../../../shared/web/BatchDecision.tsx';
import type { BatchDecisionProps } from '../../../shared/web/BatchDecision.tsx';
import { custom, date, idNumber, text, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import type { BatchAction } from '../../../shared/web/QueryTable.tsx';
import { ReviewDrawer } from '../../../shared/web/ReviewDrawer.tsx';
import { CheckStateCell } from './check-state.tsx';
import { DecideAllButton } from './DecideAllButton.tsx';
import { describeRegistration } from './describe-registration.tsx';
import { FailureLink } from './FailureLink.tsx';

const conditions = [
  textCondition('name', '学生姓名'),
  textCondition('idNumber', '身份证件号', '完整号码'),
  choiceCondition('category', '证件类别', idCategoryTitles),
  choiceCondition('checkState', '查重认证状态', checkStateTitles),
];

const columns: Column<RegistrationRow>[] = [
  text('name', '学生姓名', { sortable: true }),
  text('sex', '性别'),
  date('birthDate', '出生日期'),
  text('idType', '身份证件类型'),
  idNumber('idNumber', '身份证件号'),
  text('schoolName', '学校名称', { hidden: true }),
  text('gradeName', '年级名称', { hidden: true }),
  text('className', '班级名称'),
  custom('checkState', '查重认证状态', (row) => <CheckStateCell row={row} />),
  time('createdAt', '录入日期', { sortable: true }),
  time('turnSince', '待办起始', { sortable: true, hidden: true }),
];

const REFRESH_MS = 10_000;

/** What was selected when an act on it began: the names for its result list, and how to empty the selection. */
interface Selected {
  names: ReadonlyMap<string, string>;
  clear: () => void;
}
const nothingSelected: Selected = { names: new Map(), clear: () => undefined };

export interface WaitingPupilsProps {
  kind: RegistrationKind;
  act: StepAct;
  /** The address of the list of schools. */
  schools: string;
}

/** 审核 or 上报, second level: the pupils of one school (or of all), decided one after another, chosen or all at once. */
export function WaitingPupils({ kind, act, schools }: WaitingPupilsProps) {
  const [params] = useSearchParams();
  const orgId = params.get('schoolId') ?? undefined;
  const [reviewing, setReviewing] = useState<string[]>([]);
  const [selected, setSelected] = useState<Selected>(nothingSelected);
  const [target, setTarget] = useState<BatchDecisionProps['target']>();
  const inbox = useRead(listInbox, { kind, act });
  const schoolName = inbox.data?.rows.find((row) => row.orgId === orgId)?.orgName;
  const title = stepActTitles[act];

  const chosen: BatchAction<RegistrationRow> = {
    title,
    primary: true,
    onRun: (rows, clear) => {
      const ids = rows.map(({ id }) => id);
      setSelected({ names: new Map(rows.map(({ id, name }) => [id, name])), clear });
      if (act === 'review') setReviewing(ids);
      else setTarget({ kind, act, ids, total: ids.length });
    },
  };

  return (
    <>
      <PageHeader
        title={`${registrationKindTitles[kind]}${title}`}
        note={schoolName}
        extra={<Link to={schools}>返回学校列表</Link>}
      />
      <QueryTable
        endpoint={listWaitingRegistrations}
        exportAs={exportWaitingRegistrations}
        fixed={{ kind, act, orgId }}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        empty={`没有等待${title}的学生`}
        emptyAction={<Link to={schools}>返回学校列表</Link>}
        batch={[chosen]}
        reasonAgainst={reasonAgainst}
        onOpen={({ id }) => setReviewing([id])}
        actions={({ id, blocked }) => [
          {
            title: act === 'review' ? title : '查看',
            reason: act === 'review' && blocked ? blockedReasons[blocked] : undefined,
            onRun: () => setReviewing([id]),
          },
        ]}
        toolbar={(asked) => <DecideAllButton asked={asked} act={act} kind={kind} onTarget={setTarget} />}
        refetchInterval={REFRESH_MS}
      />
      <ReviewDrawer
        title={`${registrationKindTitles[kind]}${title}`}
        ids={reviewing}
        endpoint={getRegistration}
        describe={describeRegistration}
        invalidates={[listWaitingRegistrations, listInbox, listRegistrations]}
        onClose={() => {
          if (reviewing.length > 1) selected.clear();
          setReviewing([]);
        }}
      />
      <BatchDecision
        target={target}
        unit="人"
        nameOf={({ id }) => <FailureLink id={id} name={selected.names.get(id)} />}
        invalidates={[listWaitingRegistrations, listInbox, listRegistrations]}
        onStarted={selected.clear}
        onClose={() => setTarget(undefined)}
      />
    </>
  );
}

function reasonAgainst({ blocked }: RegistrationRow): string | undefined {
  return blocked ? blockedReasons[blocked] : undefined;
}
