import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Org } from '../../contracts/orgs/org.ts';
import { insertIgnoring, updateRows } from '../db/bulk.ts';
import { attempt } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';

/** An org as stored: the stages as JSON text. `orgOf` gives the domain object back. */
export type OrgTable = Omit<Org, 'stages'> & { stages: string };
export interface OrgTables {
  org: OrgTable;
}

export async function createOrgTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('org')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('parentId', 'text', (c) => c.references('org.id'))
    .addColumn('level', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('regionCode', 'text', (c) => c.notNull())
    .addColumn('schoolCategory', 'text')
    .addColumn('stages', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // Every scope condition: the ids of a subtree, from the index alone.
  await db.schema.createIndex('org_path').on('org').columns(['path', 'id']).unique().execute();
  // The org tree, level by level.
  await db.schema.createIndex('org_parent').on('org').columns(['parentId', 'id']).execute();
}

export function orgOf(row: OrgTable): Org {
  return { ...row, stages: JSON.parse(row.stages) as Org['stages'] };
}

/** SQLite takes 32,766 parameters a statement; eight columns an org. */
const ORGS_PER_INSERT = 1_000;

/** Parents first: the foreign key is checked row by row. */
export async function insertOrgs(tx: AnyTx, orgs: readonly Org[]): Promise<void> {
  for (let from = 0; from < orgs.length; from += ORGS_PER_INSERT) {
    const rows = orgs
      .slice(from, from + ORGS_PER_INSERT)
      .map((org) => ({ ...org, stages: JSON.stringify(org.stages) }));
    await tablesOf<OrgTables>(tx).insertInto('org').values(rows).execute();
  }
}

export async function findOrg(db: AnyDb, id: string): Promise<Org | undefined> {
  const row = await tablesOf<OrgTables>(db).selectFrom('org').selectAll().where('id', '=', id).executeTakeFirst();
  return row && orgOf(row);
}

/** The orgs among `ids` that there are. SQLite takes 32,766 ids. */
export async function findOrgs(db: AnyDb, ids: readonly string[]): Promise<Org[]> {
  const rows = tablesOf<OrgTables>(db).selectFrom('org').selectAll().where('id', 'in', ids);
  return (await rows.execute()).map(orgOf);
}

const orgColumns = ['parentId', 'level', 'name', 'path', 'regionCode', 'schoolCategory', 'stages'] as const;

/** Inserts orgs, or changes those that there are. Parents first. */
export async function putOrgs(tx: AnyTx, orgs: readonly Org[]): Promise<void> {
  const rows = orgs.map((org) => ({ ...org, stages: JSON.stringify(org.stages) }));
  const valuesOf = (row: OrgTable) => orgColumns.map((column) => row[column]);
  const isNew = await insertIgnoring<OrgTables, 'org'>(
    tx,
    'org',
    'id',
    ['id', ...orgColumns],
    rows.map((row) => [row.id, ...valuesOf(row)]),
  );
  const known = rows.filter((_, index) => !isNew[index]);
  await updateRows<OrgTables, 'org'>(
    tx,
    'org',
    'id',
    orgColumns,
    known.map((row) => [...valuesOf(row), row.id]),
  );
}

/** Removes an org that nothing refers to; one that something does stays, for the sake of what refers to it. */
export async function removeUnusedOrg(tx: AnyTx, id: string): Promise<void> {
  try {
    await attempt(tx, () => tablesOf<OrgTables>(tx).deleteFrom('org').where('id', '=', id).execute());
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_CONSTRAINT_FOREIGNKEY') throw error;
  }
}
