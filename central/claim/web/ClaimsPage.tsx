import { Alert } from 'antd';
import type { TableProps } from 'antd';
import {
  claimCategoryTitles,
  claimCounts,
  claimResultTitles,
  claimStandingTitles,
  exportClaims,
  listClaims,
  registryLinkTitles,
} from '../../../contracts/hub-claims.ts';
import type {
  ClaimCount,
  ClaimEvent,
  ClaimResult,
  ClaimStanding,
  RegistryLink,
} from '../../../contracts/hub-claims.ts';
import { provinces } from '../../../contracts/regions/regions.ts';
import { hasFailed, useRead } from '../../../shared/web/api.ts';
import type { OutputOf } from '../../../shared/web/api.ts';
import { amount, code, custom, second, state, text } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition, daysCondition } from '../../../shared/web/conditions.ts';
import { DataTable } from '../../../shared/web/DataTable.tsx';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { thousands } from '../../../shared/web/formats.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';

/** Claims come in by themselves; the page looks again by itself. */
const REFRESH_MS = 3_000;

const resultTones: Record<ClaimResult, Tone> = { granted: 'good', refused: 'bad' };
const standingTones: Record<ClaimStanding, Tone> = { pending: 'going-on', held: 'good', released: 'plain' };
const linkTones: Record<RegistryLink, Tone> = { closed: 'good', open: 'bad', 'half-open': 'going-on' };

const provinceTitles = Object.fromEntries(provinces.map((region) => [`p-${region.code.slice(0, 2)}`, region.name]));

const conditions = [
  choiceCondition('province', '省份', provinceTitles),
  choiceCondition('result', '查重结果', claimResultTitles),
  daysCondition('from', 'until', '时间'),
];

const columns: Column<ClaimEvent>[] = [
  second('at', '时间', { sortable: true }),
  text('provinceName', '省份', { width: 104 }),
  text('schoolName', '学校'),
  text('maskedName', '姓名', { width: 72 }),
  code('category', '证件类别', claimCategoryTitles, { width: 96 }),
  state('result', '查重结果', claimResultTitles, resultTones, { width: 104 }),
  custom('holder', '身份已被占用于', (row) => row.holder && `${row.holder.provinceName} ${row.holder.schoolName}`),
  amount('claimNo', '查重编号', { width: 88 }),
  state('standing', '该身份现状', claimStandingTitles, standingTones, { width: 104 }),
];

const countColumns: NonNullable<TableProps<ClaimCount>['columns']> = [
  { title: '省份', dataIndex: 'provinceName' },
  { title: '查重通过', dataIndex: 'granted', align: 'right', render: thousands },
  { title: '查重不通过', dataIndex: 'refused', align: 'right', render: thousands },
  { title: '已建籍', dataIndex: 'confirmed', align: 'right', render: thousands },
  { title: '已释放', dataIndex: 'released', align: 'right', render: thousands },
];

/** 查重动态: what the provinces claim, as it is decided, and how the population registry keeps up. */
export function ClaimsPage() {
  const counts = useRead(claimCounts, {}, { refetchInterval: REFRESH_MS });
  return (
    <>
      <PageHeader title="查重动态" note="全国各省注册、变更时的身份查重，最近七天逐条可查；姓名已隐去部分" />
      {hasFailed(counts) ? (
        <ErrorView error={counts.error} onRetry={() => void counts.refetch()} />
      ) : (
        counts.data && <Today counts={counts.data} />
      )}
      <QueryTable
        endpoint={listClaims}
        exportAs={exportClaims}
        rowKey="eventNo"
        columns={columns}
        conditions={conditions}
        empty="最近七天没有查重申请"
        refetchInterval={REFRESH_MS}
      />
    </>
  );
}

function Today({ counts: { day, provinces: rows, verification } }: { counts: OutputOf<typeof claimCounts> }) {
  return (
    <section className="home-section" aria-label="今日查重">
      <h2>
        {day} 各省查重　人口信息库：
        <StateTag tone={linkTones[verification.link]}>{registryLinkTitles[verification.link]}</StateTag>
      </h2>
      {verification.waiting > 0 && (
        <Alert
          type={verification.link === 'closed' ? 'info' : 'warning'}
          showIcon
          title={`${thousands(verification.waiting)} 人等待身份认证，系统自动办理，无须操作`}
        />
      )}
      <DataTable<ClaimCount>
        rowKey="province"
        columns={countColumns}
        dataSource={rows}
        pagination={false}
        locale={{ emptyText: '今天还没有查重申请' }}
      />
    </section>
  );
}
