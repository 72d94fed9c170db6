import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { handlerRoles } from '../../contracts/orgs/roles.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { ProvinceDb } from '../schema.ts';

/** In the order in which they are told: an account names its org, a configuration its area. */
export const topics = ['org', 'account', 'chain-configuration'] as const;
export type Topic = (typeof topics)[number];

/** What has changed and was not told to the hub yet: filled by triggers, so that no code that writes can forget it. */
export interface ToPublishTable {
  topic: Topic;
  key: string;
}

/** One row: the newest whole telling, and whether its end was told. */
export interface PublicationTable {
  id: number;
  telling: string;
  /** 0 or 1. */
  completed: number;
}

export interface PublicationTables {
  to_publish: ToPublishTable;
  publication: PublicationTable;
}

export async function createPublicationTables(db: Kysely<any>): Promise<void> {
  await sql`create table to_publish (
    topic text not null, key text not null, primary key (topic, key)) strict, without rowid`.execute(db);
  await sql`create table publication (
    id integer primary key check (id = 1), telling text not null, completed integer not null) strict`.execute(db);
  await markOn(db, 'org', 'org', 'id');
  await markOn(db, 'chain_configuration', 'chain-configuration', 'id');
  await markAccounts(db);
}

/** Columns whose change the hub hears of. What a sign-in writes is not among them, but for the day below. */
const accountColumns = [
  'personName',
  'role',
  'orgId',
  'passwordHash',
  'state',
  'mustChangePassword',
  'passwordChangedAt',
  'disabledReason',
];

async function markAccounts(db: Kysely<any>): Promise<void> {
  const roles = `'school-registrar', 'school-head', 'bureau-registrar'`;
  await trigger(db, 'account_inserted', `after insert on account when new.role in (${roles})`, 'account', 'new.name');
  await trigger(
    db,
    'account_changed',
    `after update of ${accountColumns.map((column) => `"${column}"`).join(', ')} on account
      when old.role in (${roles}) or new.role in (${roles})`,
    'account',
    'new.name',
  );
  await trigger(db, 'account_deleted', `after delete on account when old.role in (${roles})`, 'account', 'old.name');
  // The first nine characters of a time are its ten days: 2026-09-1 for the 10th to the 19th.
  await trigger(
    db,
    'account_used',
    `after update of "lastSignInAt" on account
      when new.role in (${roles}) and substr(new."lastSignInAt", 1, 9) is not substr(old."lastSignInAt", 1, 9)`,
    'account',
    'new.name',
  );
  await trigger(db, 'factor_inserted', 'after insert on second_factor', 'account', 'new.account');
  await trigger(
    db,
    'factor_changed',
    'after update of sealed, "confirmedAt" on second_factor',
    'account',
    'new.account',
  );
  await trigger(db, 'factor_deleted', 'after delete on second_factor', 'account', 'old.account');
}

async function markOn(db: Kysely<any>, table: string, topic: Topic, key: string): Promise<void> {
  await trigger(db, `${table}_inserted`, `after insert on ${table}`, topic, `new.${key}`);
  await trigger(db, `${table}_changed`, `after update on ${table}`, topic, `new.${key}`);
  await trigger(db, `${table}_deleted`, `after delete on ${table}`, topic, `old.${key}`);
}

/** Not `or ignore`: what the statement above says of conflicts would hold in the trigger too. */
async function trigger(db: Kysely<any>, name: string, when: string, topic: Topic, key: string): Promise<void> {
  await sql
    .raw(
      `create trigger to_publish_${name} ${when} begin
        insert into to_publish select '${topic}', ${key}
        where not exists (select 1 from to_publish where topic = '${topic}' and key = ${key}); end`,
    )
    .execute(db);
}

/** Everything is to be told, as in no telling before. */
export async function beginTelling(tx: Tx<ProvinceDb>, telling: string): Promise<void> {
  const row = { telling, completed: 0 };
  await tx
    .insertInto('publication')
    .values({ id: 1, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
  const all = {
    org: tx.selectFrom('org').select('id as key'),
    account: tx.selectFrom('account').select('name as key').where('role', 'in', handlerRoles),
    'chain-configuration': tx.selectFrom('chain_configuration').select('id as key'),
  };
  for (const topic of topics)
    await tx
      .insertInto('to_publish')
      .columns(['topic', 'key'])
      .expression(
        tx
          .selectFrom(all[topic].as('present'))
          .select(({ val, ref }) => [val<Topic>(topic).as('topic'), ref('present.key').as('key')])
          .where(sql<boolean>`true`),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** The next to tell of a topic; of orgs, parents before children. */
export async function nextMarks(tx: Tx<ProvinceDb>, topic: Topic, limit: number): Promise<string[]> {
  const marks = tx.selectFrom('to_publish').select('to_publish.key').where('topic', '=', topic).limit(limit);
  const inOrder = topic === 'org' ? marks.leftJoin('org', 'org.id', 'to_publish.key').orderBy('org.path') : marks;
  const rows = await inOrder.orderBy('to_publish.key').execute();
  return rows.map(({ key }) => key);
}

export async function removeMarks(tx: Tx<ProvinceDb>, topic: Topic, keys: readonly string[]): Promise<void> {
  await tx.deleteFrom('to_publish').where('topic', '=', topic).where('key', 'in', keys).execute();
}
