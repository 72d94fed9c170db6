import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { tellPages } from '../http/news.ts';
import type { HttpContext } from '../http/serve.ts';
import { APPLICATIONS } from './chain.ts';
import type { ChainTables } from './table.ts';

/** Returned applications whose applicant has applied anew instead: nobody waits for them any more. */
export async function leaveReturned(context: HttpContext, tx: AnyTx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const changed = await tablesOf<ChainTables>(tx)
    .updateTable('application')
    .set({ turnOrgId: null, turnRole: null, turnAct: null })
    .where('id', 'in', ids)
    .where('state', '=', 'returned')
    .returning('orgId')
    .execute();
  tellPages(context, tx, APPLICATIONS, new Set(changed.map(({ orgId }) => orgId)));
}
