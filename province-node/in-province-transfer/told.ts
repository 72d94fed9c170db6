import type { Tx } from '../../shared/db/store.ts';
import { APPLICATIONS } from '../../shared/chain/chain.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { IN_PROVINCE_TRANSFERS } from './table.ts';
import type { InProvinceTransferTable } from './table.ts';

/** Pages of both schools and of all above them: the turn goes from one side to the other. */
export function tellBothSides(
  province: Province,
  tx: Tx<ProvinceDb>,
  { fromSchoolId, toSchoolId }: Pick<InProvinceTransferTable, 'fromSchoolId' | 'toSchoolId'>,
): void {
  for (const topic of [IN_PROVINCE_TRANSFERS, APPLICATIONS]) tellPages(province, tx, topic, [fromSchoolId, toSchoolId]);
}
