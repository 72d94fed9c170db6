import { sql } from 'kysely';
import type { z } from 'zod';
import {
  AccountPublished,
  ChainConfigurationPublished,
  isOrgOf,
  OrgPublished,
  PasswordVerifier,
  PublicationCompleted,
  reasonAgainstAccount,
  reasonAgainstOrg,
} from '../../contracts/publication.ts';
import type { PublishedOrg } from '../../contracts/publication.ts';
import { handlerRoles } from '../../contracts/orgs/roles.ts';
import type { ReviewLevel } from '../../contracts/chain-configuration.ts';
import { breathe } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import { orgOf } from '../../shared/org/table.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { beginTelling, nextMarks, removeMarks, topics } from './table.ts';
import type { Topic } from './table.ts';

/** How soon the hub hears of a change, milliseconds. */
const PUBLISH_EVERY_MS = 1_000;
/** Things told in one decision: it holds others up for some 20 ms. */
const MARKS_PER_DECISION = 200;

/**
 * The hub is told what the unified platform needs of this province (features 18.1): triggers mark what has changed
 * (table.ts), and a job tells it as it is by then, so that of many changes the last is told. After a restore, of this node or
 * of the hub, everything is told anew, and the hub gives up what is not told again.
 */
export const publication: ProvinceBusiness = {
  name: 'publication',
  endpoints: [],
  restored: (province, tx) => tellAll(province, tx),
  jobs: [{ name: 'publish', everyMs: PUBLISH_EVERY_MS, run: publish }],
};

/** Everything that there is will be told once more. */
export async function tellAll(province: Pick<Province, 'ids'>, tx: Tx<ProvinceDb>): Promise<void> {
  await beginTelling(tx, province.ids.next());
}

/**
 * Tells all that is marked, in decisions of a few hundred. Not before the hub and this node agree where they stand: until
 * then it may have been restored and not know it, and what changes meanwhile is told once, as it is at last.
 */
export async function publish(province: Province): Promise<void> {
  if (!province.messaging.hasAgreed(HUB)) return;
  while (await hasToTell(province)) await province.store.decide((tx) => tellSome(province, tx));
}

async function hasToTell({ store }: Province): Promise<boolean> {
  const { rows } = await sql<{ some: number }>`select exists (select 1 from to_publish)
    or not exists (select 1 from publication where completed = 1) as some`.execute(store.read);
  return rows[0]?.some === 1;
}

async function tellSome(province: Province, tx: Tx<ProvinceDb>): Promise<void> {
  const found = await tx.selectFrom('publication').selectAll().executeTakeFirst();
  // A node that has never told anything tells everything.
  if (!found) return tellAll(province, tx);
  for (const topic of topics) {
    const keys = await nextMarks(tx, topic, MARKS_PER_DECISION);
    if (keys.length === 0) continue;
    await tell[topic](province, tx, found.telling, keys);
    return removeMarks(tx, topic, keys);
  }
  if (found.completed === 1) return;
  province.outbox.queue(tx, HUB, PublicationCompleted, { telling: found.telling });
  await tx.updateTable('publication').set({ completed: 1 }).execute();
}

type Tell = (province: Province, tx: Tx<ProvinceDb>, telling: string, keys: readonly string[]) => Promise<void>;
const tell: Record<Topic, Tell> = {
  org: tellOrgs,
  account: tellAccounts,
  'chain-configuration': tellConfigurations,
};

/** An org whose code or place the hub would refuse is not told, nor who works there: its message would be refused whole. */
async function tellOrgs(province: Province, tx: Tx<ProvinceDb>, telling: string, keys: readonly string[]) {
  const rows = await tx
    .selectFrom('org')
    .leftJoin('org as parent', 'parent.id', 'org.parentId')
    .selectAll('org')
    .select('parent.path as parentPath')
    .where('org.id', 'in', keys)
    .orderBy('org.path')
    .execute();
  const present = new Set(rows.map(({ id }) => id));
  for (const id of keys)
    if (!present.has(id) && isOrgOf(province.province.code, id))
      province.outbox.queue(tx, HUB, OrgPublished, { telling, id, org: null });
  for (const { parentPath, ...row } of rows) {
    await breathe(tx);
    const org = orgOf(row) as PublishedOrg & { id: string };
    const reason = reasonAgainstOrg(province.province.code, org, parentPath ?? undefined);
    if (reason === undefined) province.outbox.queue(tx, HUB, OrgPublished, { telling, id: org.id, org });
    else province.log.warn({ org: org.id, reason }, 'the hub is not told of this org');
  }
}

async function tellAccounts(province: Province, tx: Tx<ProvinceDb>, telling: string, keys: readonly string[]) {
  const rows = await tx
    .selectFrom('account')
    .innerJoin('org', 'org.id', 'account.orgId')
    .leftJoin('second_factor', 'second_factor.account', 'account.name')
    .selectAll('account')
    .select(['org.level', 'second_factor.sealed', 'second_factor.confirmedAt'])
    .where('account.name', 'in', keys)
    .where('account.role', 'in', handlerRoles)
    .orderBy('account.name')
    .execute();
  const queue = (name: string, account: z.input<typeof AccountPublished.item>['account']): void =>
    province.outbox.queue(tx, HUB, AccountPublished, { telling, name, account });
  const present = new Set(rows.map(({ name }) => name));
  for (const name of keys) if (!present.has(name)) queue(name, null);
  for (const { level, sealed, confirmedAt, passwordHash, name, mustChangePassword, role, ...row } of rows) {
    await breathe(tx);
    const reason = reasonAgainstAccount(province.province.code, { ...row, role }, level);
    if (reason !== undefined) {
      province.log.warn({ account: name, reason }, 'the hub is not told of this account');
      continue;
    }
    const secret = sealed && confirmedAt !== null ? province.vault.openBytes(sealed).toString('base64') : null;
    queue(name, {
      ...row,
      role: role as (typeof handlerRoles)[number],
      verifier: PasswordVerifier.safeParse(passwordHash).data ?? null,
      mustChangePassword: mustChangePassword === 1,
      secondFactor: secret,
    });
  }
}

/** What is no more first: another may stand under the same conditions. */
async function tellConfigurations(province: Province, tx: Tx<ProvinceDb>, telling: string, keys: readonly string[]) {
  const rows = await tx.selectFrom('chain_configuration').selectAll().where('id', 'in', keys).orderBy('id').execute();
  const present = new Set(rows.map(({ id }) => id));
  for (const id of keys)
    if (!present.has(id))
      province.outbox.queue(tx, HUB, ChainConfigurationPublished, { telling, id, configuration: null });
  for (const { id, levels, ...row } of rows) {
    if (!isOrgOf(province.province.code, row.areaId)) continue;
    const configuration = { ...row, levels: JSON.parse(levels) as ReviewLevel[] };
    province.outbox.queue(tx, HUB, ChainConfigurationPublished, { telling, id, configuration });
  }
}
