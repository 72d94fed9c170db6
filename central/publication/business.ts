import type { z } from 'zod';
import type { NodeId } from '../../contracts/core/message.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import {
  AccountPublished,
  ChainConfigurationPublished,
  isOrgOf,
  nameAtHub,
  OrgPublished,
  PublicationCompleted,
  reasonAgainstAccount,
  reasonAgainstOrg,
} from '../../contracts/publication.ts';
import { disablePublished, savePublished } from '../../shared/account/published.ts';
import type { PublishedAccount } from '../../shared/account/published.ts';
import { NO_PASSWORD } from '../../shared/account/password.ts';
import { putConfigurations, removeConfigurations } from '../../shared/chain-configuration/table.ts';
import type { Tx } from '../../shared/db/store.ts';
import { on } from '../../shared/messaging/handlers.ts';
import type { NodeBusiness } from '../../shared/node/start-node.ts';
import { findOrgs, putOrgs, removeUnusedOrg } from '../../shared/org/table.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { forgetTold, noteTold, notTold } from './table.ts';
import type { ToldTopic } from './table.ts';

type Told<Kind extends { item: z.ZodType }> = ReadonlyArray<z.output<Kind['item']>>;
interface From {
  from: NodeId;
}

/**
 * The provinces' orgs, handlers and review chains beside the hub's own (features 18.1, H.8), as the provinces tell of them:
 * so that a handler works on the unified platform also while the province's node is stopped. A province can tell of its own
 * only: a message that has anything else is refused whole.
 */
export const publication: NodeBusiness<Hub> = {
  name: 'publication',
  endpoints: [],
  messages: [
    on(OrgPublished, orgsPublished),
    on(AccountPublished, accountsPublished),
    on(ChainConfigurationPublished, configurationsPublished),
    on(PublicationCompleted, publicationCompleted),
  ],
};

const codeOf = (province: NodeId): string => province.slice(2);

/** Of several words on one thing in a message the last stands. */
function newest<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

/** Under the ministry's org. Where the hub has none yet, at the top: their paths, by which scope goes, are the same. */
async function orgsPublished(
  _hub: Hub,
  tx: Tx<HubDb>,
  items: Told<typeof OrgPublished>,
  { from }: From,
): Promise<void> {
  const code = codeOf(from);
  const told = newest(items, ({ id }) => id);
  const orgs = told.flatMap(({ id, org }) => (org ? [{ id, ...org }] : []));
  const parents = await findOrgs(tx, [...new Set(orgs.flatMap(({ parentId }) => parentId ?? []))]);
  const pathOf = new Map(parents.map(({ id, path }) => [id, path]));
  const rows: Org[] = [];
  const ministry = await tx.selectFrom('org').select('id').where('level', '=', 'ministry').executeTakeFirst();
  for (const org of orgs) {
    const reason = reasonAgainstOrg(code, org, org.parentId === null ? undefined : pathOf.get(org.parentId));
    if (reason !== undefined) throw new Problem('message-invalid', reason);
    pathOf.set(org.id, org.path);
    rows.push({ ...org, parentId: org.parentId ?? ministry?.id ?? null });
  }
  await putOrgs(tx, rows);
  const gone = told.filter(({ org }) => org === null).map(({ id }) => id);
  const stranger = gone.find((id) => !isOrgOf(code, id));
  if (stranger !== undefined) throw new Problem('message-invalid', `机构 ${stranger} 不属于该省`);
  await noteAll(tx, from, 'org', told, ({ id, org }) => ({ key: id, isThere: org !== null }));
  // Schools before their bureaus.
  for (const id of gone.toSorted((a, b) => b.length - a.length)) await removeUnusedOrg(tx, id);
}

async function accountsPublished(
  hub: Hub,
  tx: Tx<HubDb>,
  items: Told<typeof AccountPublished>,
  { from }: From,
): Promise<void> {
  const code = codeOf(from);
  const told = newest(items, ({ name }) => name);
  const orgIds = new Set(told.flatMap(({ account }) => account?.orgId ?? []));
  const levels = new Map((await findOrgs(tx, [...orgIds])).map(({ id, level }) => [id, level]));
  const present: PublishedAccount[] = [];
  const gone: string[] = [];
  for (const { name, account } of told) {
    if (account === null) {
      gone.push(nameAtHub(name, code));
      continue;
    }
    const reason = reasonAgainstAccount(code, account, levels.get(account.orgId));
    if (reason !== undefined) throw new Problem('message-invalid', reason);
    const { verifier, mustChangePassword, secondFactor, lastSignInAt, ...row } = account;
    present.push({
      ...row,
      name: nameAtHub(name, code),
      passwordHash: verifier ?? NO_PASSWORD,
      mustChangePassword: mustChangePassword ? 1 : 0,
      signedInAtHome: lastSignInAt,
      home: from,
      secret: secondFactor === null ? undefined : Buffer.from(secondFactor, 'base64'),
    });
  }
  await savePublished(hub, tx, present);
  await disablePublished(hub, tx, gone, goneReason(from));
  await noteAll(tx, from, 'account', told, ({ name, account }) => ({
    key: nameAtHub(name, code),
    isThere: account !== null,
  }));
}

function goneReason(province: NodeId): string {
  return `${nodeName(province)}已没有此账号，或已改任不办理跨省业务的角色`;
}

async function configurationsPublished(
  _hub: Hub,
  tx: Tx<HubDb>,
  items: Told<typeof ChainConfigurationPublished>,
  { from }: From,
): Promise<void> {
  const code = codeOf(from);
  const told = newest(items, ({ id }) => id);
  const before = await tx
    .selectFrom('chain_configuration')
    .select(['id', 'areaId'])
    .where(
      'id',
      'in',
      told.map(({ id }) => id),
    )
    .execute();
  const rows = told.flatMap(({ id, configuration }) =>
    configuration ? [{ ...configuration, id, levels: JSON.stringify(configuration.levels) }] : [],
  );
  const areas = new Set((await findOrgs(tx, [...new Set(rows.map(({ areaId }) => areaId))])).map(({ id }) => id));
  const stranger =
    rows.find(({ areaId }) => !isOrgOf(code, areaId) || !areas.has(areaId)) ??
    before.find(({ areaId }) => !isOrgOf(code, areaId));
  if (stranger) throw new Problem('message-invalid', `流程配置 ${stranger.id} 的区域不属于该省`);
  await putConfigurations(tx, rows);
  await removeConfigurations(
    tx,
    told.filter(({ configuration }) => configuration === null).map(({ id }) => id),
  );
  await noteAll(tx, from, 'chain-configuration', told, ({ id, configuration }) => ({
    key: id,
    isThere: configuration !== null,
  }));
}

/** A telling has come to its end: what the province had told of before and not again is no more, as after its restore. */
async function publicationCompleted(
  hub: Hub,
  tx: Tx<HubDb>,
  items: Told<typeof PublicationCompleted>,
  { from }: From,
): Promise<void> {
  for (const { telling } of items) {
    const accounts = await notTold(tx, from, 'account', telling);
    await disablePublished(hub, tx, accounts, goneReason(from));
    const configurations = await notTold(tx, from, 'chain-configuration', telling);
    await removeConfigurations(tx, configurations);
    const orgs = await notTold(tx, from, 'org', telling);
    for (const id of orgs.toSorted((a, b) => b.length - a.length)) await removeUnusedOrg(tx, id);
    await forgetTold(tx, from, 'account', accounts);
    await forgetTold(tx, from, 'chain-configuration', configurations);
    await forgetTold(tx, from, 'org', orgs);
  }
}

/** What is there belongs to the telling that told of it; what is no more is forgotten. */
async function noteAll<Item extends { telling: string }>(
  tx: Tx<HubDb>,
  province: NodeId,
  topic: ToldTopic,
  told: readonly Item[],
  of: (item: Item) => { key: string; isThere: boolean },
): Promise<void> {
  const items = told.map((item) => ({ ...of(item), telling: item.telling }));
  await noteTold(
    tx,
    province,
    topic,
    items.filter(({ isThere }) => isThere),
  );
  const gone = items.filter(({ isThere }) => !isThere).map(({ key }) => key);
  await forgetTold(tx, province, topic, gone);
}
