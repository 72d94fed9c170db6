import { secondText } from '../../contracts/core/china-time.ts';
import { claimCategoryTitles, claimResultTitles, claimStandingTitles } from '../../contracts/hub-claims.ts';
import type { ClaimEvent } from '../../contracts/hub-claims.ts';
import type { ListSheet } from '../../shared/query/exported-list.ts';

export const claimsSheet: ListSheet<ClaimEvent> = {
  title: '查重动态',
  unit: '条',
  advice: '请选择省份或缩短时间范围，分几次导出',
  columns: [
    ['时间', 20, ({ at }) => secondText(at)],
    ['省份', 16, 'provinceName'],
    ['学校', 30, 'schoolName'],
    ['姓名', 12, 'maskedName'],
    ['证件类别', 14, ({ category }) => claimCategoryTitles[category]],
    ['查重结果', 12, ({ result }) => claimResultTitles[result]],
    ['身份已被占用于', 40, ({ holder }) => (holder ? `${holder.provinceName} ${holder.schoolName}` : '')],
    ['查重编号', 14, 'claimNo'],
    ['该身份现状', 14, ({ standing }) => claimStandingTitles[standing]],
  ],
};
