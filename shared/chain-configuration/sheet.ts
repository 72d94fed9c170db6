import { reviewLevelTitles } from '../../contracts/chain-configuration.ts';
import type { ChainConfiguration } from '../../contracts/chain-configuration.ts';
import { declareSheet, good } from '../../contracts/core/sheet.ts';
import type { SheetColumn } from '../../contracts/core/sheet.ts';
import { schoolCategoryTitles, stageTitles } from '../../contracts/orgs/org.ts';
import { chinaDate } from '../clock.ts';

/** One configuration as a line of the exported list. */
export interface ConfigurationLine {
  business: string;
  schoolCategory: string;
  stage: string;
  area: string;
  levels: string;
  changedBy: string;
  changedAt: string;
}

const titles: Record<keyof ConfigurationLine, [title: string, width: number]> = {
  business: ['业务类别', 30],
  schoolCategory: ['办学类型', 14],
  stage: ['教育阶段', 12],
  area: ['作用范围', 24],
  levels: ['流程配置', 44],
  changedBy: ['最近修改人', 14],
  changedAt: ['最近修改日期', 14],
};

/** 业务流程配置, as the page shows it. */
export const configurationSheet = declareSheet<ConfigurationLine>({
  module: import.meta.url,
  name: 'configurationSheet',
  title: '业务流程配置',
  instructions: [],
  columns: Object.entries(titles).map(
    ([key, [title, width]]) =>
      ({ key, title, width, required: false, kind: 'text', parse: good }) as SheetColumn<ConfigurationLine>,
  ),
});

export function lineOf(row: ChainConfiguration): ConfigurationLine {
  return {
    business: row.businessTitle,
    schoolCategory: row.schoolCategory ? schoolCategoryTitles[row.schoolCategory] : '全部',
    stage: row.stage ? stageTitles[row.stage] : '全部',
    area: row.areaName,
    levels: row.levels.map((level) => reviewLevelTitles[level]).join(' → '),
    changedBy: row.changedBy,
    changedAt: chinaDate(Date.parse(row.changedAt)),
  };
}
