import { useMemo } from 'react';
import {
  configurationActTitles,
  exportChainConfigurationChanges,
  listChainConfigurationChanges,
} from '../../../contracts/chain-configuration.ts';
import type { ChainConfigurationChange, ConfigurableBusiness } from '../../../contracts/chain-configuration.ts';
import { schoolCategoryTitles, stageTitles } from '../../../contracts/orgs/org.ts';
import { code, custom, text, time } from '../../web/columns.tsx';
import type { Column } from '../../web/columns.tsx';
import { choiceCondition } from '../../web/conditions.ts';
import { QueryTable } from '../../web/QueryTable.tsx';
import { levelsText, titlesOf } from './planned.ts';

const columns: Column<ChainConfigurationChange>[] = [
  time('at', '时间', { sortable: true }),
  text('personName', '操作人'),
  text('account', '账号', { hidden: true }),
  code('act', '操作', configurationActTitles),
  text('businessTitle', '业务类别'),
  custom('schoolCategory', '办学类型', (row) =>
    row.schoolCategory ? schoolCategoryTitles[row.schoolCategory] : '全部',
  ),
  custom('stage', '教育阶段', (row) => (row.stage ? stageTitles[row.stage] : '全部')),
  text('areaName', '作用范围'),
  custom('before', '变更前', ({ before }) => (before ? levelsText(before) : '')),
  custom('after', '变更后', ({ after }) => (after ? levelsText(after) : '')),
];

/** 变更记录: who configured what, when, before and after, newest first. */
export function ConfigurationChanges({ businesses }: { businesses: readonly ConfigurableBusiness[] }) {
  const conditions = useMemo(() => [choiceCondition('business', '业务类别', titlesOf(businesses))], [businesses]);
  return (
    <QueryTable
      endpoint={listChainConfigurationChanges}
      exportAs={exportChainConfigurationChanges}
      rowKey="position"
      columns={columns}
      conditions={conditions}
      prefix="c-"
      empty="流程配置还没有变更过。"
    />
  );
}
