import { Alert, Progress } from 'antd';
import type { TableProps } from 'antd';
import { Link } from 'react-router';
import {
  auditCauseTitles,
  auditPhaseTitles,
  auditProvinceStateTitles,
  differenceTitles,
} from '../../../contracts/national-audit.ts';
import type { AuditProvince, AuditProvinceState, AuditRunView } from '../../../contracts/national-audit.ts';
import { DataTable } from '../../../shared/web/DataTable.tsx';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { thousands, timeText } from '../../../shared/web/formats.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';
import { paths } from '../../web/paths.ts';
import './audit.css';

const tones: Record<AuditProvinceState, Tone> = {
  asked: 'going-on',
  digested: 'going-on',
  listing: 'going-on',
  compared: 'good',
  silent: 'attention',
  contradicted: 'bad',
};

const columns: NonNullable<TableProps<AuditProvince>['columns']> = [
  { title: '省份', dataIndex: 'provinceName', width: 128 },
  {
    title: '对账情况',
    dataIndex: 'state',
    width: 200,
    render: (_, { state, fault }) => (
      <>
        <StateTag tone={tones[state]}>{auditProvinceStateTitles[state]}</StateTag>
        {fault && <div>{fault}</div>}
      </>
    ),
  },
  { title: '学校', dataIndex: 'schools', align: 'right', width: 90, render: thousands },
  { title: '学籍', dataIndex: 'pupils', align: 'right', width: 110, render: thousands },
  { title: '摘要不同的学校', dataIndex: 'differingSchools', align: 'right', width: 124, render: thousands },
  { title: '答复时间', dataIndex: 'answeredAt', width: 150, render: (at: string | null) => timeText(at) },
  { title: '确认的差异', dataIndex: 'findings', render: (_, row) => <Findings province={row} /> },
];

/** One run: how far it is, what was compared, and what differs, by province. */
export function RunView({ run, title }: { run: AuditRunView; title: string }) {
  const isOver = run.phase === 'ended';
  return (
    <>
      <section className="audit-run" aria-label={title}>
        <header>
          <h2>{title}</h2>
          <span className="note">
            {auditCauseTitles[run.cause]}
            {run.startedBy && `：${run.startedBy}`}，{timeText(run.startedAt)} 开始
            {run.endedAt && `，${durationText(run.startedAt, run.endedAt)}`}
          </span>
          <StateTag tone={isOver ? 'good' : 'going-on'}>{auditPhaseTitles[run.phase]}</StateTag>
        </header>
        {isOver ? <Figures run={run} /> : <HowFar run={run} />}
        {run.isCapped && (
          <Alert
            type="error"
            showIcon
            title="差异过多，本次只核对了其中一部分"
            description="可能是某省或国家平台整体恢复到了较早的备份。请先核实，处理完这一批后再次发起审计。"
          />
        )}
      </section>
      <DataTable<AuditProvince>
        rowKey="province"
        dataSource={run.perProvince}
        columns={columns}
        pagination={false}
        locale={{
          emptyText: (
            <EmptyState>
              {isOver ? '没有已入网的省级节点，只核查了国家库' : '即将开始，各省的情况随后显示在这里'}
            </EmptyState>
          ),
        }}
      />
    </>
  );
}

function Figures({ run }: { run: AuditRunView }) {
  const figures: readonly [string, number, boolean?][] = [
    ['国家库学籍', run.records ?? 0],
    ['查重占用', run.claims ?? 0],
    ['比对的学校', run.schools],
    ['比对的学籍', run.pupils],
    ['确认的差异', run.found, run.found > 0],
    ['已自动修复', run.repaired],
  ];
  return (
    <dl className="audit-figures">
      {figures.map(([label, value, isBad]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={isBad ? 'bad' : ''}>{thousands(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function HowFar({ run }: { run: AuditRunView }) {
  const { perProvince, phase } = run;
  const compared = perProvince.filter(({ state }) => ['compared', 'silent', 'contradicted'].includes(state)).length;
  const steps: readonly [string, number, string][] = [
    ['核查国家库', run.checkedShare, run.records === null ? '' : `${thousands(run.records)} 条学籍`],
    [
      '与各省比对',
      perProvince.length === 0 ? 0 : compared / perProvince.length,
      `${compared} / ${perProvince.length} 省`,
    ],
    ['再次核对', phase === 'looking' ? 0.5 : 0, phase === 'looking' ? '等待各省答复' : '有疑问的学籍再核对一次'],
  ];
  return (
    <div className="audit-progress" role="status">
      {steps.map(([label, share, note]) => (
        <Step key={label} label={label} share={share} note={note} />
      ))}
    </div>
  );
}

function Step({ label, share, note }: { label: string; share: number; note: string }) {
  return (
    <>
      <span>{label}</span>
      <Progress percent={Math.floor(share * 100)} size="small" aria-label={label} />
      <span className="note">{note}</span>
    </>
  );
}

function Findings({ province: { province, findings, state } }: { province: AuditProvince }) {
  if (findings.length === 0) return state === 'compared' ? '没有差异' : '';
  return (
    <ul className="audit-findings">
      {findings.map(({ kind, found }) => (
        <li key={kind}>
          <Link to={`${paths.repairs}?province=${province}&kind=${kind}`}>
            {differenceTitles[kind]} {thousands(found)} 人
          </Link>
        </li>
      ))}
    </ul>
  );
}

function durationText(from: string, to: string): string {
  const seconds = Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / 1_000));
  return seconds < 60 ? `用时 ${seconds} 秒` : `用时 ${Math.floor(seconds / 60)} 分 ${seconds % 60} 秒`;
}
