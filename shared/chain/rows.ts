import type { ChainStep, HistoryAct } from '../../contracts/application.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import { turnOf } from './rules.ts';
import type { Application } from './rules.ts';
import type { ApplicationStepTable, ApplicationTable, ChainTables } from './table.ts';

/** Applications as they are stored: the chain as text, and whose turn it is beside it, for the lists. */

export function stepRow(
  applicationId: string,
  ordinal: number,
  act: HistoryAct,
  actor: { account: string; personName: string; org: { id: string; name: string } },
  opinion: string,
  at: string,
): ChainTables['application_step'] {
  const { account, personName, org } = actor;
  return { applicationId, ordinal, act, orgId: org.id, orgName: org.name, account, personName, opinion, at };
}

export function fromRow(row: ApplicationTable): Application {
  const { turnOrgId: _org, turnRole: _role, turnAct: _act, ...rest } = row;
  const { chain, mendedBy } = row;
  return { ...rest, chain: JSON.parse(chain) as ChainStep[], mendedBy: JSON.parse(mendedBy) as string[] };
}

export function toRow(application: Application): ApplicationTable {
  const turn = turnOf(application);
  return {
    ...application,
    chain: JSON.stringify(application.chain),
    mendedBy: JSON.stringify(application.mendedBy),
    turnOrgId: turn?.orgId ?? null,
    turnRole: turn?.role ?? null,
    turnAct: turn?.act ?? null,
  };
}

/** An application with its history as rows, as they are told to another node or come back from one. */
export interface ApplicationRows {
  application: ApplicationTable;
  steps: ApplicationStepTable[];
}

export async function findApplicationRows(db: AnyDb, id: string): Promise<ApplicationRows | undefined> {
  const tables = tablesOf<ChainTables>(db);
  const application = await tables.selectFrom('application').selectAll().where('id', '=', id).executeTakeFirst();
  if (!application) return undefined;
  const steps = tables.selectFrom('application_step').selectAll().where('applicationId', '=', id).orderBy('ordinal');
  return { application, steps: await steps.execute() };
}

/** After a restore: the application as it was told to have stood. Steps that are known stay as they are. */
export async function restoreApplication(tx: AnyTx, { application, steps }: ApplicationRows): Promise<void> {
  const tables = tablesOf<ChainTables>(tx);
  await tables
    .insertInto('application')
    .values(application)
    .onConflict((oc) => oc.column('id').doUpdateSet(application))
    .execute();
  for (const step of steps)
    await tables
      .insertInto('application_step')
      .values(step)
      .onConflict((oc) => oc.doNothing())
      .execute();
}
