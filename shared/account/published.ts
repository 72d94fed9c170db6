import type { NodeId } from '../../contracts/core/message.ts';
import { isoTime } from '../clock.ts';
import { insertIgnoring, insertRows, updateRows } from '../db/bulk.ts';
import { afterCommit } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import type { HttpContext } from '../http/serve.ts';
import { tellPages } from '../http/news.ts';
import { inSlices } from '../slices.ts';
import { NO_STEP } from './second-factor.ts';
import type { AccountTable, AccountTables, SecondFactorTable } from './table.ts';

type Context = Pick<HttpContext, 'vault' | 'clock' | 'events'>;

/** Another node's account, as that node has told of it. */
export type PublishedAccount = Pick<
  AccountTable,
  'name' | 'personName' | 'role' | 'orgId' | 'passwordHash' | 'state' | 'disabledReason' | 'mustChangePassword'
> &
  Pick<AccountTable, 'passwordChangedAt' | 'createdAt' | 'signedInAtHome'> & {
    home: NodeId;
    /** Of its second factor; undefined when it has none. */
    secret: Buffer | undefined;
  };

const told = [
  ...(['personName', 'role', 'orgId', 'passwordHash', 'state', 'disabledReason', 'mustChangePassword'] as const),
  ...(['passwordChangedAt', 'signedInAtHome'] as const),
];
const added = ['name', ...told, 'createdAt', 'home', 'failedCount', 'revision'] as const;

/** SQLite takes 32,766 parameters a statement. */
const NAMES_PER_QUERY = 5_000;

/**
 * Takes over what another node says of its accounts. What this node has counted itself stays: wrong passwords, a lock, the
 * last sign-in. Sessions end where an account was disabled, or has another password, role, org or second factor.
 */
export async function savePublished(context: Context, tx: AnyTx, accounts: readonly PublishedAccount[]): Promise<void> {
  const names = accounts.map(({ name }) => name);
  const before = await accountsNamed(tx, names);
  const changesOf = (account: PublishedAccount) => told.map((column) => account[column]);
  const isNew = await insertIgnoring<AccountTables, 'account'>(
    tx,
    'account',
    'name',
    added,
    accounts.map((account) => [account.name, ...changesOf(account), account.createdAt, account.home, 0, 0]),
  );
  const known = accounts.filter((_, index) => !isNew[index]);
  await updateRows<AccountTables, 'account'>(
    tx,
    'account',
    'name',
    told,
    known.map((account) => [...changesOf(account), account.name]),
  );
  const otherFactor = await saveFactors(context, tx, accounts);
  const ended = known.filter((account) => {
    const was = before.get(account.name);
    const same = (['passwordHash', 'role', 'orgId'] as const).every((column) => was?.[column] === account[column]);
    return account.state === 'disabled' || !same || otherFactor.has(account.name);
  });
  await endSessions(context, tx, ended);
}

/** Accounts that their node has no longer: nobody signs in with them, and what they did keeps their names. */
export async function disablePublished(
  context: Context,
  tx: AnyTx,
  names: readonly string[],
  reason: string,
): Promise<void> {
  const known = [...(await accountsNamed(tx, names)).values()].filter(({ home }) => home !== null);
  await updateRows<AccountTables, 'account'>(
    tx,
    'account',
    'name',
    ['state', 'disabledReason'],
    known.map(({ name }) => ['disabled', reason, name]),
  );
  await endSessions(context, tx, known);
}

async function accountsNamed(db: AnyDb, names: readonly string[]): Promise<Map<string, AccountTable>> {
  const found = new Map<string, AccountTable>();
  for (const slice of inSlices(names, NAMES_PER_QUERY)) {
    const rows = tablesOf<AccountTables>(db).selectFrom('account').selectAll().where('name', 'in', slice);
    for (const row of await rows.execute()) found.set(row.name, row);
  }
  return found;
}

/**
 * A code is taken once a node: which codes the other node has taken is not told, because a sign-in here must not wait for
 * word from there. A secret that is told again keeps what it has taken here. Answers whose secret is another than before.
 */
async function saveFactors(
  { vault, clock }: Context,
  tx: AnyTx,
  accounts: readonly PublishedAccount[],
): Promise<Set<string>> {
  const db = tablesOf<AccountTables>(tx);
  const before = new Map<string, SecondFactorTable>();
  for (const slice of inSlices(accounts, NAMES_PER_QUERY)) {
    const names = slice.map(({ name }) => name);
    const rows = db.selectFrom('second_factor').selectAll().where('account', 'in', names);
    for (const row of await rows.execute()) before.set(row.account, row);
  }
  const changed = accounts.filter(({ name, secret }) => {
    const was = before.get(name);
    if (!was || !secret) return Boolean(was) !== Boolean(secret);
    return !vault.openBytes(was.sealed).equals(secret);
  });
  const names = changed.map(({ name }) => name);
  for (const slice of inSlices(names, NAMES_PER_QUERY))
    await db.deleteFrom('second_factor').where('account', 'in', slice).execute();
  const now = isoTime(clock.now());
  await insertRows<AccountTables, 'second_factor'>(
    tx,
    'second_factor',
    ['account', 'sealed', 'confirmedAt', 'lastStep'],
    changed.flatMap(({ name, secret }) => (secret ? [[name, vault.sealBytes(secret), now, NO_STEP]] : [])),
  );
  return new Set(names);
}

async function endSessions(
  context: Context,
  tx: AnyTx,
  accounts: readonly Pick<AccountTable, 'name' | 'orgId'>[],
): Promise<void> {
  const ended: string[] = [];
  for (const slice of inSlices(accounts, NAMES_PER_QUERY)) {
    const names = slice.map(({ name }) => name);
    const rows = tablesOf<AccountTables>(tx).deleteFrom('session').where('account', 'in', names).returning('id');
    ended.push(...(await rows.execute()).map(({ id }) => id));
  }
  if (ended.length === 0) return;
  afterCommit(tx, () => context.events.forceOff(ended));
  tellPages(context, tx, 'online-users', new Set(accounts.map(({ orgId }) => orgId)));
}
