import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { Org } from '../../contracts/orgs/org.ts';
import type { Role } from '../../contracts/orgs/roles.ts';
import { accountEndpoints } from '../../shared/account/business.ts';
import { hashPassword } from '../../shared/account/password.ts';
import { addAccountAdministration, addHome, createAccount, createAccountTables } from '../../shared/account/table.ts';
import type { AccountTables } from '../../shared/account/table.ts';
import { createAuditTables, indexAuditBySubtree } from '../../shared/audit/table.ts';
import type { AuditTables } from '../../shared/audit/table.ts';
import { isoTime } from '../../shared/clock.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';
import type { Store } from '../../shared/db/store.ts';
import { openApp } from '../../shared/http/app.ts';
import type { HttpEnv } from '../../shared/http/env.ts';
import { openEvents } from '../../shared/http/events.ts';
import { openMetrics } from '../../shared/http/metrics.ts';
import { mountEndpoints } from '../../shared/http/mount.ts';
import type { HttpContext, HttpSettings, Served } from '../../shared/http/serve.ts';
import { createTaskTables } from '../../shared/jobs/table.ts';
import type { TaskTables } from '../../shared/jobs/table.ts';
import { silentLog } from '../../shared/log.ts';
import type { Log } from '../../shared/log.ts';
import { createOrgTables, insertOrgs } from '../../shared/org/table.ts';
import type { OrgTables } from '../../shared/org/table.ts';
import { idsFrom, seededRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import { openSpreadsheets } from '../../shared/spreadsheet/spreadsheets.ts';
import { manualClock } from './manual-clock.ts';
import type { ManualClock } from './manual-clock.ts';

export type ToyDb = AccountTables & AuditTables & OrgTables & TaskTables;

/** A node with nothing but accounts, orgs, audit and tasks, on a real database file. */
export interface ToyNode extends HttpContext {
  store: Store<ToyDb>;
  clock: ManualClock;
  settings: HttpSettings;
  app: Hono<HttpEnv>;
  addAccount(name: string, role: Role, orgId: string, more?: { mustChangePassword?: boolean }): Promise<void>;
  close(): Promise<void>;
}

export const PASSWORD = 'Right-horse-7';
let passwordHash: Promise<string> | undefined;

/** 山东省 with two cities; 济南市 has two counties with schools, 青岛市 one; one school right under 济南市. */
export const toyOrgs: Org[] = [
  bureau('370000', null, '山东省', '370000/'),
  bureau('370100', '370000', '济南市', '370000/370100/'),
  bureau('370102', '370100', '历下区', '370000/370100/370102/'),
  bureau('370103', '370100', '市中区', '370000/370100/370103/'),
  bureau('370200', '370000', '青岛市', '370000/370200/'),
  bureau('370202', '370200', '市南区', '370000/370200/370202/'),
  school('2137000001', '370102', '历下实验小学', '370000/370100/370102/2137000001/'),
  school('2137000002', '370102', '历下第二小学', '370000/370100/370102/2137000002/'),
  school('2137000003', '370103', '市中小学', '370000/370100/370103/2137000003/'),
  school('2137000004', '370202', '市南小学', '370000/370200/370202/2137000004/'),
  school('2137000005', '370100', '济南第一中学', '370000/370100/2137000005/'),
];

function bureau(id: string, parentId: string | null, name: string, path: string): Org {
  const level = (['province', 'city', 'county'] as const)[path.split('/').length - 2]!;
  return { id, parentId, level, name, path, regionCode: id, schoolCategory: null, stages: [] };
}

function school(id: string, parentId: string, name: string, path: string): Org {
  const regionCode = parentId;
  return { id, parentId, level: 'school', name, path, regionCode, schoolCategory: 'regular', stages: ['primary'] };
}

export interface ToyOptions {
  endpoints?: (node: HttpContext) => readonly Served<HttpContext>[];
  settings?: Partial<HttpSettings>;
  log?: Log;
  /** Tables of the test's own. */
  up?: (db: ToyNode['store']['read']) => Promise<void>;
}

export async function openToyNode({ endpoints, settings, log, up }: ToyOptions = {}): Promise<ToyNode> {
  const folder = mkdtempSync(join(tmpdir(), 'xueji-toy-'));
  const store = openStore<ToyDb>(join(folder, 'node.db'));
  await migrate(store, [
    {
      name: '0001-all',
      async up(db) {
        await createOrgTables(db);
        await createAccountTables(db);
        await addAccountAdministration(db);
        await addHome(db);
        await createAuditTables(db);
        await indexAuditBySubtree(db);
        await createTaskTables(db);
        await up?.(db);
      },
    },
  ]);
  await store.decide((tx) => insertOrgs(tx, toyOrgs));
  const clock = manualClock(Date.parse('2026-09-01T00:00:00.000Z'));
  const random = seededRandom(7);
  const events = openEvents(clock);
  const vault = openVault(Buffer.alloc(32, 7), random);
  const ids = idsFrom(clock, random);
  const spreadsheets = openSpreadsheets(clock);
  const context = { node: 'p-37', store, clock, random, ids, log: log ?? silentLog, vault, events, spreadsheets };
  const all: HttpSettings = {
    nodeName: '山东省',
    https: false,
    origins: [],
    behindProxy: false,
    strictProblems: true,
    ...settings,
  };
  const app = openApp(context, all, openMetrics('p-37'), async () => undefined);
  mountEndpoints(app, context, [...accountEndpoints(clock, all), ...(endpoints?.(context) ?? [])], all);
  passwordHash ??= hashPassword(PASSWORD);
  const hash = await passwordHash;
  return {
    ...context,
    settings: all,
    app,
    addAccount: (name, role, orgId, { mustChangePassword = false } = {}) =>
      store.decide((tx) =>
        createAccount(
          tx,
          { name, personName: `${name}老师`, role, orgId, passwordHash: hash, mustChangePassword },
          isoTime(clock.now()),
        ),
      ),
    async close() {
      events.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
