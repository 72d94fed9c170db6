import { configurationActTitles, reviewLevelTitles } from '../../contracts/chain-configuration.ts';
import type { ChainConfiguration, ChainConfigurationChange, ReviewLevel } from '../../contracts/chain-configuration.ts';
import { dateText, timeText } from '../../contracts/core/china-time.ts';
import { schoolCategoryTitles, stageTitles } from '../../contracts/orgs/org.ts';
import type { ListColumn, ListSheet } from '../query/exported-list.ts';

type Conditions = Pick<ChainConfiguration, 'businessTitle' | 'schoolCategory' | 'stage' | 'areaName'>;

const conditions: readonly ListColumn<Conditions>[] = [
  ['业务类别', 30, 'businessTitle'],
  ['办学类型', 14, ({ schoolCategory }) => (schoolCategory ? schoolCategoryTitles[schoolCategory] : '全部')],
  ['教育阶段', 12, ({ stage }) => (stage ? stageTitles[stage] : '全部')],
  ['作用范围', 24, 'areaName'],
];

export const configurationsSheet: ListSheet<ChainConfiguration> = {
  title: '业务流程配置',
  unit: '项',
  columns: [
    ...conditions,
    ['流程配置', 44, ({ levels }) => levelsText(levels)],
    ['最近修改人', 14, 'changedBy'],
    ['最近修改日期', 14, ({ changedAt }) => dateText(changedAt)],
  ],
};

export const changesSheet: ListSheet<ChainConfigurationChange> = {
  title: '业务流程变更记录',
  unit: '条',
  columns: [
    ['时间', 18, ({ at }) => timeText(at)],
    ['操作人', 14, 'personName'],
    ['账号', 18, 'account'],
    ['操作', 8, ({ act }) => configurationActTitles[act]],
    ...conditions,
    ['变更前', 44, ({ before }) => levelsText(before)],
    ['变更后', 44, ({ after }) => levelsText(after)],
  ],
};

function levelsText(levels: readonly ReviewLevel[] | null): string {
  return (levels ?? []).map((level) => reviewLevelTitles[level]).join(' → ');
}
