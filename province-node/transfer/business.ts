import type { z } from 'zod';
import { TransferTold } from '../../contracts/transfer-told.ts';
import { countTransferTurns } from '../../contracts/transfer-turn.ts';
import { upsertNewer } from '../../shared/db/bulk.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import { serve } from '../../shared/http/serve.ts';
import { on } from '../../shared/messaging/handlers.ts';
import { transferChains } from '../../shared/transfer/chains.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import type { TransferCaseTable } from './table.ts';
import { turnsOf } from './turns.ts';

/** The topic of `/api/transfer-turns` (`tellPages`). */
const TRANSFER_TURNS = 'transfer-turns';

/**
 * Cross-province transfers as the province sees them: people decide them on the unified platform at the hub, by chains that are
 * configured here, and what the hub tells of them is kept for this province's own pages.
 */
export const transfer: ProvinceBusiness = {
  name: 'transfer',
  endpoints: [serve(countTransferTurns, turnsOf)],
  messages: [on(TransferTold, transfersTold)],
  chained: Object.values(transferChains),
};

const columns = [
  ...(['transfer', 'revision', 'kind', 'state', 'studentId', 'studentNumber', 'name'] as const),
  ...(['fromProvince', 'fromSchoolId', 'fromSchoolName', 'toProvince', 'toSchoolId', 'toSchoolName'] as const),
  ...([
    'stage',
    'cohort',
    'turnOrgId',
    'turnRole',
    'turnSince',
    'appliedAt',
    'steps',
    'evidence',
    'reminded',
    'fault',
  ] as const),
] satisfies ReadonlyArray<keyof TransferCaseTable>;

/**
 * The newest word on each case stands, whatever comes late. Whoever had the turn, or has it now, is one of the two schools or
 * above one of them.
 */
async function transfersTold(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: ReadonlyArray<z.output<typeof TransferTold.item>>,
): Promise<void> {
  const newest = new Map<string, TransferCaseTable>();
  for (const { snapshot: _snapshot, steps = [], evidence = [], reminded = null, fault = null, ...told } of items) {
    if ((newest.get(told.transfer)?.revision ?? 0) >= told.revision) continue;
    newest.set(told.transfer, {
      ...told,
      reminded,
      fault,
      steps: JSON.stringify(steps),
      evidence: JSON.stringify(evidence),
    });
  }
  const rows = [...newest.values()].map((told) => columns.map((column) => told[column]));
  await upsertNewer(tx, 'transfer_case', { key: 'transfer', version: 'revision' }, columns, rows);
  const schools = [...newest.values()].flatMap(({ fromSchoolId, toSchoolId }) => [fromSchoolId, toSchoolId]);
  tellPages(province, tx, TRANSFER_TURNS, new Set(schools));
}
