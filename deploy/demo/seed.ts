import { setTimeout as sleep } from 'node:timers/promises';
import type { Hub } from '../../central/context.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { hashPassword } from '../../shared/account/password.ts';
import { createAccount, findAccount } from '../../shared/account/table.ts';
import { isoTime } from '../../shared/clock.ts';
import type { AnyContext } from '../../shared/context.ts';
import type { RunningNode } from '../../shared/node/start-node.ts';
import { findOrg, insertOrgs } from '../../shared/org/table.ts';
import { fingerprint } from '../../shared/signing/node-keys.ts';
import type { PublicNodeKey } from '../../contracts/link.ts';
import { DEMO_PASSWORD, demoAccounts, ministryAccounts, ministryOrg } from './accounts.ts';
import type { DemoAccount } from './accounts.ts';
import { demoOrgs } from './orgs.ts';
import type { DemoProvince } from './orgs.ts';

/** The demo's orgs and accounts, once: a second start finds them. */
export async function seedHub(hub: AnyContext): Promise<void> {
  await seed(hub, [ministryOrg], ministryAccounts);
}

export async function seedProvince(province: AnyContext, demo: DemoProvince): Promise<void> {
  const orgs = demoOrgs(demo);
  await seed(province, orgs, demoAccounts(orgs));
}

let sharedHash: Promise<string> | undefined;

async function seed(context: AnyContext, orgs: readonly Org[], accounts: readonly DemoAccount[]): Promise<void> {
  if (await findAccount(context.store.read, accounts[0]!.name)) return;
  // Hashing is slow on purpose, and every demo account has the same password.
  sharedHash ??= hashPassword(DEMO_PASSWORD);
  const passwordHash = await sharedHash;
  await context.store.decide(async (tx) => {
    if (!(await findOrg(tx, orgs[0]!.id))) await insertOrgs(tx, orgs);
    const now = isoTime(context.clock.now());
    for (const account of accounts)
      await createAccount(tx, { ...account, passwordHash, mustChangePassword: false }, now);
  });
}

const ASK_EVERY_MS = 20;
const ASKED_MAX = 500;

/** What a ministry operator does by hand: waits for the node's request and approves the fingerprint that was read out. */
export async function admitProvince(hub: RunningNode<Hub>, node: NodeId, key: PublicNodeKey): Promise<void> {
  const { store } = hub.context;
  for (let asked = 0; asked < ASKED_MAX; asked++) {
    const waiting = await store.read.selectFrom('enrolment').select('node').where('node', '=', node).executeTakeFirst();
    if (waiting) {
      await store.decide((tx) => hub.messaging.nodes.approve(tx, node, fingerprint(key)));
      return;
    }
    const status = await hub.messaging.status();
    if (status.peers.some(({ peer }) => peer === node)) return;
    await sleep(ASK_EVERY_MS);
  }
  throw new Error(`${node} did not ask to be admitted`);
}
