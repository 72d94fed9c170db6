import { IN_PROVINCE_TITLE, IN_PROVINCE_TRANSFER } from '../../contracts/in-province-transfer.ts';
import type { ChainedBusiness } from '../../shared/chain/lay-chain.ts';

/**
 * 转入学校 → 转入主管教育局 → 转出学校 → 转出主管教育局 (features 7.2); the ministry's 业务流程配置 lists both sides apart
 * (description §22: 省内转学, 省内转学(转出)).
 */
export const inProvinceChains: ChainedBusiness = {
  kind: IN_PROVINCE_TRANSFER,
  title: IN_PROVINCE_TITLE,
  chainTitles: { in: `${IN_PROVINCE_TITLE}（转入）`, out: `${IN_PROVINCE_TITLE}（转出）` },
  defaultChain: () => ['school', 'managing'],
};
