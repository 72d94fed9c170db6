import { sql } from 'kysely';
import type { Generated, Kysely } from 'kysely';
import type { ConfigurationAct, ReviewLevel } from '../../contracts/chain-configuration.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { SchoolCategory, Stage } from '../../contracts/orgs/org.ts';
import { isoTime } from '../clock.ts';
import type { Actor } from '../chain/chain.ts';
import { keepAppendOnly } from '../db/append-only.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import type { HttpContext } from '../http/serve.ts';
import { tellPages } from '../http/news.ts';
import { withinScope } from '../org/scope.ts';
import type { HasOrg } from '../org/scope.ts';
import type { OrgTables } from '../org/table.ts';
import type { Configured } from './rules.ts';

/** The topic of `/api/chain-configurations`. */
const CHAIN_CONFIGURATIONS = 'chain-configurations';

/** To whom a configuration applies: no two have the same. `business` is a `chainKey`. */
interface Conditions {
  business: string;
  stage: Stage | null;
  schoolCategory: SchoolCategory | null;
  areaId: string;
}

/** What holds now. `levels` as JSON text, in the order upward. */
export interface ChainConfigurationTable extends Conditions {
  id: string;
  levels: string;
  revision: number;
  changedBy: string;
  changedAt: string;
}

/** Append-only: every version of every configuration, also of those that are gone. */
export interface ChainConfigurationChangeTable extends Conditions {
  position: Generated<number>;
  configurationId: string;
  act: ConfigurationAct;
  before: string | null;
  after: string | null;
  account: string;
  personName: string;
  at: string;
}

export interface ChainConfigurationTables {
  chain_configuration: ChainConfigurationTable;
  chain_configuration_change: ChainConfigurationChangeTable;
}
type Tables = ChainConfigurationTables & OrgTables;

export type Configuration = Configured & { id: string; revision: number };

/** Every configuration, or those of some businesses. There are hundreds, not thousands. */
export async function listConfigurations(db: AnyDb, businesses?: readonly string[]): Promise<Configuration[]> {
  const rows = await tablesOf<Tables>(db)
    .selectFrom('chain_configuration')
    .selectAll()
    .$if(businesses !== undefined, (q) => q.where('business', 'in', businesses!))
    .execute();
  return rows.map(configurationOf);
}

/** Those of some businesses whose area is one of these orgs: all that can apply to one school. */
export async function listConfigurationsOver(
  db: AnyDb,
  businesses: readonly string[],
  orgIds: readonly string[],
): Promise<Configuration[]> {
  const rows = await tablesOf<Tables>(db)
    .selectFrom('chain_configuration')
    .selectAll()
    .where('business', 'in', businesses)
    .where('areaId', 'in', orgIds)
    .execute();
  return rows.map(configurationOf);
}

/** One whose area is in the caller's subtree: another is not there. */
export async function getConfiguration(db: AnyDb, id: string, caller: HasOrg): Promise<Configuration> {
  const row = await tablesOf<Tables>(db)
    .selectFrom('chain_configuration')
    .selectAll()
    .where('id', '=', id)
    .where(withinScope('areaId', caller))
    .executeTakeFirst();
  if (!row) throw new Problem('not-found', '没有这项流程配置，可能已被删除，请刷新后再试');
  return configurationOf(row);
}

function configurationOf({ levels, ...row }: ChainConfigurationTable): Configuration {
  return { ...row, levels: JSON.parse(levels) as ReviewLevel[] };
}

/**
 * One act on one configuration: what holds now, and its place in the history. `revision` guards against an act on what
 * another has changed meanwhile.
 */
export async function saveConfiguration(
  context: HttpContext,
  tx: AnyTx,
  act: ConfigurationAct,
  configuration: Configuration,
  levels: readonly ReviewLevel[],
  actor: Pick<Actor, 'account' | 'personName'>,
): Promise<void> {
  const db = tablesOf<Tables>(tx);
  const { id, revision, business, stage, schoolCategory, areaId } = configuration;
  const conditions = { business, stage, schoolCategory, areaId };
  const at = isoTime(context.clock.now());
  const now = { levels: JSON.stringify(levels), changedBy: actor.personName, changedAt: at };
  if (act === 'create')
    await db
      .insertInto('chain_configuration')
      .values({ ...conditions, ...now, id, revision })
      .execute();
  else if (act === 'change')
    await db
      .updateTable('chain_configuration')
      .set({ ...now, revision: revision + 1 })
      .where('id', '=', id)
      .execute();
  else await db.deleteFrom('chain_configuration').where('id', '=', id).execute();
  await db
    .insertInto('chain_configuration_change')
    .values({
      ...conditions,
      configurationId: id,
      act,
      before: act === 'create' ? null : JSON.stringify(configuration.levels),
      after: act === 'remove' ? null : now.levels,
      account: actor.account,
      personName: actor.personName,
      at,
    })
    .execute();
  tellPages(context, tx, CHAIN_CONFIGURATIONS, [areaId]);
}

/**
 * At the hub: configurations as a province tells of them. One that stands under the conditions of another replaces it: the
 * other's end comes later.
 */
export async function putConfigurations(tx: AnyTx, rows: readonly ChainConfigurationTable[]): Promise<void> {
  const ids = rows.map(({ id }) => id);
  await removeConfigurations(tx, ids);
  for (const { business, areaId, stage, schoolCategory } of rows)
    await tablesOf<Tables>(tx)
      .deleteFrom('chain_configuration')
      .where('business', '=', business)
      .where('areaId', '=', areaId)
      .where('stage', 'is not distinct from', stage)
      .where('schoolCategory', 'is not distinct from', schoolCategory)
      .execute();
  for (const row of rows) await tablesOf<Tables>(tx).insertInto('chain_configuration').values(row).execute();
}

export async function removeConfigurations(tx: AnyTx, ids: readonly string[]): Promise<void> {
  await tablesOf<Tables>(tx).deleteFrom('chain_configuration').where('id', 'in', ids).execute();
}

export async function createChainConfigurationTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('chain_configuration')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('business', 'text', (c) => c.notNull())
    .addColumn('stage', 'text')
    .addColumn('schoolCategory', 'text')
    .addColumn('areaId', 'text', (c) => c.notNull().references('org.id'))
    .addColumn('levels', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('changedBy', 'text', (c) => c.notNull())
    .addColumn('changedAt', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // One configuration under the same conditions, whatever the code above does; and what applies to a school's application.
  await sql`create unique index chain_configuration_conditions on chain_configuration
    (business, areaId, coalesce(stage, ''), coalesce(schoolCategory, ''))`.execute(db);
  await db.schema
    .createTable('chain_configuration_change')
    .addColumn('position', 'integer', (c) => c.primaryKey())
    .addColumn('configurationId', 'text', (c) => c.notNull())
    .addColumn('act', 'text', (c) => c.notNull())
    .addColumn('business', 'text', (c) => c.notNull())
    .addColumn('stage', 'text')
    .addColumn('schoolCategory', 'text')
    .addColumn('areaId', 'text', (c) => c.notNull().references('org.id'))
    .addColumn('before', 'text')
    .addColumn('after', 'text')
    .addColumn('account', 'text', (c) => c.notNull())
    .addColumn('personName', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await keepAppendOnly(db, 'chain_configuration_change', 'versions are kept');
}
