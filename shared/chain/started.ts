import type { StartedApplication, StartedCount } from '../../contracts/application.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import type { OrgTables } from '../org/table.ts';
import type { ChainTables } from './table.ts';

/** Of what moved last a person looks at a few; the counts lead to the rest. */
const LATEST_MAX = 8;

/** How many applications the org has started, by kind and state. Counted from the index `application_org` alone. */
export async function countStarted(db: AnyDb, orgId: string): Promise<StartedCount[]> {
  return tablesOf<ChainTables>(db)
    .selectFrom('application')
    .select((eb) => ['kind', 'state', eb.fn.countAll<number>().as('total')])
    .where('orgId', '=', orgId)
    .groupBy(['kind', 'state'])
    .orderBy('kind')
    .orderBy('state')
    .execute();
}

/** Those of the org that moved last, with whose turn it is and since when. */
export async function listLatestStarted(db: AnyDb, orgId: string): Promise<Omit<StartedApplication, 'about'>[]> {
  return tablesOf<ChainTables & OrgTables>(db)
    .selectFrom('application')
    .leftJoin('org', 'org.id', 'application.turnOrgId')
    .select(['application.id', 'application.kind', 'application.state', 'application.blocked'])
    .select(['org.name as turnOrgName', 'application.turnAct', 'application.turnSince'])
    .where('application.orgId', '=', orgId)
    .orderBy('application.turnSince', 'desc')
    .orderBy('application.id', 'desc')
    .limit(LATEST_MAX)
    .execute();
}
