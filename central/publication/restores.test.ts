import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoAccounts } from '../../deploy/demo/accounts.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { createAccount, disableAccount, findAccount } from '../../shared/account/table.ts';
import { isoTime } from '../../shared/clock.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'xueji-restores-'));
const orgs = demoOrgs(demoProvinces[0]);
const handlers = demoAccounts(orgs).filter(({ role }) => role !== 'system-admin');
let world: World;
beforeAll(async () => {
  world = await openWorld(['37']);
  await told(orgs.length + handlers.length);
}, 60_000);
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

const atHub = (name: string) => findAccount(world.hub.context.store.read, `${name}@37`);

function told(count: number): Promise<unknown> {
  const all = () => world.hub.context.store.read.selectFrom('told').select(['key', 'telling']).execute();
  return eventually(all, (rows) => rows.length === count && new Set(rows.map(({ telling }) => telling)).size === 1);
}

async function newHandler(name: string): Promise<void> {
  const { store, clock } = world.province('37').context;
  const account = { name, personName: '测试', role: 'bureau-registrar' as const, orgId: '370102' };
  const rest = { passwordHash: 'none', mustChangePassword: false };
  await store.decide((tx) => createAccount(tx, { ...account, ...rest }, isoTime(clock.now())));
  await eventually(
    () => atHub(name),
    (found) => found !== undefined,
  );
}

test('a province that is restored tells everything anew, and the hub disables whom it no longer has', async () => {
  const backup = join(folder, 'province.db');
  await world.province('37').context.store.backup(backup);
  await newHandler('forgotten');
  await world.restore('p-37', backup);
  await eventually(
    () => atHub('forgotten'),
    (account) => account?.state === 'disabled',
    30_000,
  );
  expect(await atHub('forgotten')).toMatchObject({ disabledReason: expect.stringContaining('山东省') as string });
  await told(orgs.length + handlers.length);
}, 60_000);

test('a hub that is restored hears everything anew: who came, and who was disabled meanwhile', async () => {
  const backup = join(folder, 'hub.db');
  await world.hub.context.store.backup(backup);
  await newHandler('newcomer');
  const { store } = world.province('37').context;
  await store.decide((tx) => disableAccount(tx, 'xj370103', '离职'));
  await eventually(
    () => atHub('xj370103'),
    (account) => account?.state === 'disabled',
  );
  const tellings = () => world.hub.context.store.read.selectFrom('told').select('telling').distinct().execute();
  const [before] = await tellings();
  await world.restore('hub', backup);
  await eventually(
    () => Promise.all([atHub('newcomer'), atHub('xj370103')]),
    ([newcomer, leaver]) => newcomer?.state === 'active' && leaver?.state === 'disabled',
    30_000,
  );
  await eventually(tellings, (now) => now.length === 1 && now[0]!.telling !== before!.telling);
  await told(orgs.length + handlers.length + 1);
}, 60_000);
