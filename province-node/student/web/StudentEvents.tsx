import type { TableProps } from 'antd';
import { historyActTitles } from '../../../contracts/application.ts';
import { IN_PROVINCE_TITLE } from '../../../contracts/in-province-transfer.ts';
import { studentEventActTitles } from '../../../contracts/packed-record.ts';
import type { StudentEvent } from '../../../contracts/packed-record.ts';
import type { StudentCase } from '../../../contracts/student.ts';
import { transferKindTitles } from '../../../contracts/transfer-rules.ts';
import { transferStateTitles } from '../../../contracts/transfer.ts';
import { Link } from 'react-router';
import { DataTable } from '../../../shared/web/DataTable.tsx';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { timeText } from '../../../shared/web/formats.ts';
import { MenuLink } from '../../../shared/web/MenuLink.tsx';
import { BeforeAfter } from '../../key-change/web/BeforeAfter.tsx';
import { platformCasePath } from '../../web/paths.ts';

type Step = StudentEvent['steps'][number];

interface StudentEventsProps {
  events: readonly StudentEvent[];
  cases: readonly StudentCase[];
  /** The record has gone to another province, and with it what was handed in for the move. */
  hasLeft: boolean;
}

/** 学籍变动情况: what happened to the record, the latest first, from where to where, and who decided it. */
export function StudentEvents(props: StudentEventsProps) {
  return (
    <>
      <Events {...props} />
      <Cases cases={props.cases} />
    </>
  );
}

function Events({ events, cases, hasLeft }: StudentEventsProps) {
  if (events.length === 0)
    return <EmptyState>没有学籍变动记录：该生的学籍在本系统启用以前建立，此后没有变动。</EmptyState>;
  return (
    <ol className="student-events">
      {events.map((event) => (
        <li key={event.id}>
          <h2>
            <span className="when">{timeText(event.at)}</span>
            {titleOf(event, cases)}
          </h2>
          <p>{wayOf(event)}</p>
          {event.changes && event.changes.length > 0 && <BeforeAfter items={event.changes} />}
          {event.steps.length > 0 && <Steps steps={event.steps} />}
          <AtPlatform event={event} hasLeft={hasLeft} />
        </li>
      ))}
    </ol>
  );
}

/** 跨省业务案件, also what is under way or came to nothing: the way to its 案卷, signed in with a ticket. */
function Cases({ cases }: { cases: readonly StudentCase[] }) {
  if (cases.length === 0) return null;
  return (
    <section aria-label="跨省业务案件">
      <h2 className="student-cases">跨省业务案件</h2>
      <DataTable<StudentCase> rowKey="id" dataSource={[...cases]} pagination={false} columns={caseColumns} />
    </section>
  );
}

const caseColumns: NonNullable<TableProps<StudentCase>['columns']> = [
  { title: '申请时间', dataIndex: 'appliedAt', width: 142, render: timeText },
  { title: '业务', dataIndex: 'kind', width: 120, render: (kind: StudentCase['kind']) => transferKindTitles[kind] },
  { title: '转出学校', dataIndex: 'fromSchoolName' },
  { title: '转入学校', dataIndex: 'toSchoolName' },
  {
    title: '状态',
    dataIndex: 'state',
    width: 190,
    render: (state: StudentCase['state']) => transferStateTitles[state],
  },
  {
    title: '案卷',
    key: 'case',
    width: 220,
    render: (_: unknown, { id }: StudentCase) => (
      <MenuLink path={platformCasePath(id)} title="在统一平台查看、导出案卷" newTab />
    ),
  },
];

/** A move that stays in the province is 省内转学; one across is what its case was applied for as. */
function titleOf({ id, act, provinceName, toProvinceName }: StudentEvent, cases: readonly StudentCase[]): string {
  if (act === 'transferred' && provinceName === toProvinceName) return IN_PROVINCE_TITLE;
  const kind = cases.find((one) => one.id === id)?.kind;
  return act === 'transferred' && kind ? transferKindTitles[kind] : studentEventActTitles[act];
}

/** `山东省 济南市实验小学 小学2026级 → 广东省 …`; a registration has one place. */
function wayOf(event: StudentEvent) {
  const from = [event.provinceName, event.schoolName, event.gradeName].join(' ');
  if (event.act !== 'transferred') return from;
  const to = [event.toProvinceName, event.toSchoolName, event.toGradeName].filter(Boolean).join(' ');
  return (
    <>
      {from} <span aria-label="转至">→</span> {to || '外省'}
    </>
  );
}

/** Transfers are decided at the hub, where the whole case is; its pictures are among those of the record that has come. */
function AtPlatform({
  event: { id, act, provinceName, toProvinceName, steps, evidence = [] },
  hasLeft,
}: {
  event: StudentEvent;
  hasLeft: boolean;
}) {
  if (act !== 'transferred' || provinceName === toProvinceName) return null;
  const link = <MenuLink path={platformCasePath(id)} title="统一平台" newTab />;
  if (steps.length === 0) return <p className="note">各级核办意见在{link}的案件页上查看</p>;
  const names = evidence.map(({ fileName }) => fileName).join('、');
  return (
    <p className="note">
      {evidence.length > 0 && (
        <>
          证明材料 {evidence.length} 张：{names}，随学籍转到转入学校
          {!hasLeft && (
            <>
              ，见 <Link to="?tab=evidence">证明材料</Link>
            </>
          )}
          ；
        </>
      )}
      案件全过程在{link}的案件页上查看
    </p>
  );
}

function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <DataTable<Step>
      rowKey={({ at, act, orgName }) => `${at} ${act} ${orgName}`}
      dataSource={[...steps]}
      pagination={false}
      // As wide as the page and no wider: a long opinion takes more lines.
      scroll={{}}
      tableLayout="fixed"
      columns={[
        { title: '时间', dataIndex: 'at', width: 142, render: timeText },
        {
          title: '操作',
          dataIndex: 'act',
          width: 100,
          render: (act: Step['act']) => historyActTitles[act],
        },
        { title: '单位', dataIndex: 'orgName', width: 260 },
        { title: '办理人', dataIndex: 'personName', width: 120 },
        { title: '意见', dataIndex: 'opinion' },
      ]}
    />
  );
}
