import { sql } from 'kysely';
import type { Generated, Kysely } from 'kysely';
import type { ApplicationState, Blocked, HistoryAct, WaitingAct } from '../../contracts/application.ts';
import type { Role } from '../../contracts/orgs/roles.ts';

/**
 * One application under review. `chain` is fixed when it starts; `turn…` say whose turn it is (of a returned one its
 * applicant's), null when it has ended.
 */
export interface ApplicationTable {
  id: string;
  kind: string;
  /** What it is about (a pupil's id), for exclusion of other business. */
  subject: string;
  /** The org that applied. */
  orgId: string;
  /** The other school that it concerns: who is on either side may see it. */
  otherOrgId: string | null;
  /** The business's own grouping of its lists, such as the id category. */
  groupKey: string;
  state: ApplicationState;
  revision: number;
  chain: string;
  position: number;
  turnOrgId: string | null;
  turnRole: Role | null;
  turnAct: WaitingAct | null;
  turnSince: string;
  blocked: Blocked | null;
  createdBy: string;
  createdAt: string;
  /** JSON array of the accounts that handed it in again. */
  mendedBy: string;
}

/** Append-only: the state of an application is the fold of its steps. */
export interface ApplicationStepTable {
  applicationId: string;
  ordinal: number;
  act: HistoryAct;
  orgId: string;
  orgName: string;
  account: string;
  personName: string;
  opinion: string;
  at: string;
}

export interface ChainTables {
  application: Omit<ApplicationTable, 'mendedBy' | 'otherOrgId'> & {
    mendedBy: Generated<string>;
    otherOrgId: Generated<string | null>;
  };
  application_step: ApplicationStepTable;
}

export async function createChainTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('application')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('orgId', 'text', (c) => c.notNull())
    .addColumn('groupKey', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('chain', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('turnOrgId', 'text')
    .addColumn('turnRole', 'text')
    .addColumn('turnAct', 'text')
    .addColumn('turnSince', 'text', (c) => c.notNull())
    .addColumn('blocked', 'text')
    .addColumn('createdBy', 'text', (c) => c.notNull())
    .addColumn('createdAt', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // The inbox: what waits for an org and role, grouped by kind, act, school and group, counted from the index alone.
  await sql`create index application_turn on application
    (turnOrgId, turnRole, kind, turnAct, orgId, groupKey, blocked, turnSince, id) where turnOrgId is not null`.execute(
    db,
  );
  // Business under way on one pupil.
  await db.schema.createIndex('application_subject').on('application').columns(['subject', 'state']).execute();
  await db.schema
    .createTable('application_step')
    .addColumn('applicationId', 'text', (c) => c.notNull().references('application.id'))
    .addColumn('ordinal', 'integer', (c) => c.notNull())
    .addColumn('act', 'text', (c) => c.notNull())
    .addColumn('orgId', 'text', (c) => c.notNull())
    .addColumn('orgName', 'text', (c) => c.notNull())
    .addColumn('account', 'text', (c) => c.notNull())
    .addColumn('personName', 'text', (c) => c.notNull())
    .addColumn('opinion', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('application_step_key', ['applicationId', 'ordinal'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  // Maker is never checker, whatever the code above does (GB/T 22239-2019 8.1.4, separation of duties).
  await sql`create trigger application_step_maker_is_not_checker before insert on application_step
    when new.act in ('approve', 'return') and new.account = (select createdBy from application where id = new.applicationId)
    begin select raise(abort, 'maker is checker'); end`.execute(db);
}

/** What was returned waits for its applicant (待办), like every other turn. */
export async function turnReturnedToApplicants(db: Kysely<any>): Promise<void> {
  await sql`update application set turnOrgId = orgId, turnRole = 'school-registrar', turnAct = 'mend'
    where state = 'returned'`.execute(db);
}

/** Who mends and hands in again is a maker too: neither of them reviews it (GB/T 22239-2019 8.1.4). */
export async function keepMenders(db: Kysely<any>): Promise<void> {
  await sql`alter table application add column mendedBy text not null default '[]'`.execute(db);
  await sql`update application set mendedBy = (select json_group_array(distinct account) from application_step
    where applicationId = application.id and act = 'resubmit')
    where id in (select applicationId from application_step where act = 'resubmit')`.execute(db);
  await sql`drop trigger application_step_maker_is_not_checker`.execute(db);
  await sql`create trigger application_step_maker_is_not_checker before insert on application_step
    when new.act in ('approve', 'return')
      and (new.account = (select createdBy from application where id = new.applicationId)
        or exists (select 1 from application_step where applicationId = new.applicationId and account = new.account
          and act in ('submit', 'resubmit')))
    begin select raise(abort, 'maker is checker'); end`.execute(db);
}

/** 我发起的 of an org: counted by kind and state, and what moved last, from the index alone. */
export async function indexApplicationsByOrg(db: Kysely<any>): Promise<void> {
  await db.schema
    .createIndex('application_org')
    .on('application')
    .columns(['orgId', 'turnSince', 'id', 'kind', 'state'])
    .execute();
}

/** Business between two schools: what concerns the other one, for its side of the lists. */
export async function addOtherOrg(db: Kysely<any>): Promise<void> {
  await sql`alter table application add column otherOrgId text`.execute(db);
  await sql`create index application_other_org on application (otherOrgId, turnSince, id) where otherOrgId is not null`.execute(
    db,
  );
}
