import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';

/** The topic of `/api/national-audit`. */
const AUDIT = 'national-audit';

/** Pages of the ministry. */
export async function tellAudit(hub: Hub, tx: Tx<HubDb>): Promise<void> {
  const ministry = await tx.selectFrom('org').select('id').where('level', '=', 'ministry').executeTakeFirst();
  if (ministry) tellPages(hub, tx, AUDIT, [ministry.id]);
}
