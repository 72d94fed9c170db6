import { Tabs } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import {
  createChainConfigurations,
  exportChainConfigurations,
  listChainConfigurations,
  listConfigurableBusinesses,
  removeChainConfiguration,
} from '../../../contracts/chain-configuration.ts';
import type { ChainConfiguration, ConfigurableBusiness } from '../../../contracts/chain-configuration.ts';
import { schoolCategoryTitles, stageTitles } from '../../../contracts/orgs/org.ts';
import { ActButton } from '../../web/ActButton.tsx';
import { hasFailed, useAct, useRead } from '../../web/api.ts';
import { custom, text, time } from '../../web/columns.tsx';
import type { Column } from '../../web/columns.tsx';
import { choiceCondition, orgCondition } from '../../web/conditions.ts';
import { DataTable } from '../../web/DataTable.tsx';
import { thousands } from '../../web/formats.ts';
import { useReasonAgainst } from '../../web/may.ts';
import { useMessages } from '../../web/messages.tsx';
import { PageHeader } from '../../web/PageHeader.tsx';
import { QueryTable } from '../../web/QueryTable.tsx';
import { Unread } from '../../web/Unread.tsx';
import { TouchedSchools } from './ActPreview.tsx';
import { ConfigurationChanges } from './ConfigurationChanges.tsx';
import { ConfigurationDrawer } from './ConfigurationDrawer.tsx';
import type { ConfigurationDrawerProps } from './ConfigurationDrawer.tsx';
import { invalidates } from './invalidates.ts';
import { levelsText, titlesOf } from './planned.ts';
import './chain-configuration.css';

const columns: Column<ChainConfiguration>[] = [
  custom('business', '业务类别', ({ businessTitle }) => businessTitle, { sortable: true }),
  custom('schoolCategory', '办学类型', (row) =>
    row.schoolCategory ? schoolCategoryTitles[row.schoolCategory] : '全部',
  ),
  custom('stage', '教育阶段', (row) => (row.stage ? stageTitles[row.stage] : '全部')),
  custom('area', '作用范围', ({ areaName }) => areaName, { sortable: true }),
  custom('levels', '流程配置', ({ levels }) => levelsText(levels)),
  text('changedBy', '最近修改人'),
  time('changedAt', '最近修改时间', { sortable: true }),
];

/** Which of the three lists is shown; in the address. */
const TAB = 'tab';

/** 业务流程配置 (features 22.1): what the province has configured, what holds otherwise, and what was before. */
export function ChainConfigurationsPage() {
  const read = useRead(listConfigurableBusinesses, {});
  return (
    <>
      <PageHeader
        title="业务流程配置"
        note="各业务由哪些单位审核。没有配置的按默认流程办理；改动只影响新发起的申请。"
      />
      {read.data && !hasFailed(read) ? <Lists businesses={read.data.businesses} /> : <Unread query={read} />}
    </>
  );
}

function Lists({ businesses }: { businesses: readonly ConfigurableBusiness[] }) {
  const [params, setParams] = useSearchParams();
  return (
    <Tabs
      activeKey={params.get(TAB) ?? 'configured'}
      onChange={(key) => setParams(key === 'configured' ? {} : { [TAB]: key })}
      destroyOnHidden
      items={[
        { key: 'configured', label: '流程配置', children: <Configurations businesses={businesses} /> },
        { key: 'defaults', label: '默认流程', children: <DefaultChains businesses={businesses} /> },
        { key: 'changes', label: '变更记录', children: <ConfigurationChanges businesses={businesses} /> },
      ]}
    />
  );
}

function Configurations({ businesses }: { businesses: readonly ConfigurableBusiness[] }) {
  const [target, setTarget] = useState<ConfigurationDrawerProps['target']>();
  const mayNot = useReasonAgainst(createChainConfigurations);
  const remove = useAct(removeChainConfiguration, { invalidates });
  const messages = useMessages();
  const conditions = useMemo(
    () => [
      choiceCondition('business', '业务类别', titlesOf(businesses)),
      choiceCondition('stage', '教育阶段', stageTitles),
      choiceCondition('schoolCategory', '办学类型', schoolCategoryTitles),
      orgCondition('areaId', '作用范围'),
    ],
    [businesses],
  );
  const add = (
    <ActButton type="primary" reason={mayNot} onClick={() => setTarget('new')}>
      增加
    </ActButton>
  );
  return (
    <>
      <QueryTable
        endpoint={listChainConfigurations}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        empty="还没有配置流程，全部业务按下面的默认流程办理。"
        emptyAction={<DefaultChains businesses={businesses} />}
        toolbar={add}
        exportAs={exportChainConfigurations}
        actions={(row) => [
          { title: '修改', reason: mayNot, onRun: () => setTarget(row) },
          {
            title: '删除',
            danger: true,
            reason: mayNot,
            confirm: {
              consequence: <RemoveConsequence row={row} isDone={remove.variables?.id === row.id && !remove.isError} />,
              width: 560,
            },
            onRun: async () => {
              await remove.mutateAsync({ id: row.id, revision: row.revision });
              messages.success('流程配置已删除');
            },
          },
        ]}
      />
      <ConfigurationDrawer target={target} businesses={businesses} onClose={() => setTarget(undefined)} />
    </>
  );
}

function RemoveConsequence({ row, isDone }: { row: ChainConfiguration; isDone: boolean }) {
  const category = row.schoolCategory ? schoolCategoryTitles[row.schoolCategory] : '全部办学类型';
  const stage = row.stage ? stageTitles[row.stage] : '全部教育阶段';
  return (
    <>
      <p>
        将删除“{row.businessTitle}”（{row.areaName}，{category}，{stage}）的流程：{levelsText(row.levels)}。
      </p>
      <TouchedSchools input={{ act: 'remove', id: row.id }} isDone={isDone} />
    </>
  );
}

/** Every business that has a chain, with what holds where nothing is configured. */
function DefaultChains({ businesses }: { businesses: readonly ConfigurableBusiness[] }) {
  return (
    <DataTable<ConfigurableBusiness>
      rowKey="business"
      dataSource={[...businesses]}
      pagination={false}
      columns={[
        { title: '业务类别', dataIndex: 'title' },
        {
          title: '教育阶段',
          key: 'stages',
          render: (_, { stages }) => stages.map((one) => stageTitles[one]).join('、'),
        },
        { title: '默认流程', key: 'levels', render: (_, { defaultLevels }) => levelsText(defaultLevels) },
        {
          title: '已有配置',
          key: 'configurations',
          align: 'right',
          render: (_, { business, configurations }) =>
            configurations === 0 ? (
              '0'
            ) : (
              <Link to={`?business=${encodeURIComponent(business)}`}>{thousands(configurations)}</Link>
            ),
        },
      ]}
    />
  );
}
