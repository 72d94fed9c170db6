import { IN_PROVINCE_TITLE, IN_PROVINCE_TRANSFER } from '../../contracts/in-province-transfer.ts';
import { chainsOfBothSides } from '../../shared/transfer/chains.ts';

/** 转入学校 → 转入主管教育局 → 转出学校 → 转出主管教育局 (features 7.2). */
export const inProvinceChains = chainsOfBothSides(IN_PROVINCE_TRANSFER, IN_PROVINCE_TITLE);
