import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrations as hubMigrations } from '../central/migrations/index.ts';
import { Org, OrgLevel, SchoolCategory, Stage } from '../contracts/orgs/org.ts';
import { Role } from '../contracts/orgs/roles.ts';
import { migrations as provinceMigrations } from '../province-node/migrations/index.ts';
import { createByCommand, resetByCommand } from '../shared/account/by-command.ts';
import { hashPassword, newIssuedPassword } from '../shared/account/password.ts';
import { systemClock } from '../shared/clock.ts';
import { migrate } from '../shared/db/migrate.ts';
import { openStore } from '../shared/db/store.ts';
import { takeDataFolder } from '../shared/node/data-folder.ts';
import { findOrg, insertOrgs } from '../shared/org/table.ts';
import type { OrgTables } from '../shared/org/table.ts';
import { systemRandom } from '../shared/random.ts';

const usage = `npm run setup -- --kind province|hub --data FOLDER --orgs FILE.csv
    loads a new node's org tree: id,parentId,level,name,regionCode,schoolCategory,stages (a line each, parents first;
    stages with + between them, such as primary+junior); the node must not be running
npm run setup -- --kind province|hub --data FOLDER --account NAME --person 姓名 --role ROLE --org ID
    makes an account and prints its password once; it must be changed at the first sign-in
npm run setup -- --kind province|hub --data FOLDER --reset-password NAME
    gives an account a new password, unlocks it, enables it again and takes its second factor away; prints the password
    once, as above`;

const { values } = parseArgs({
  options: {
    kind: { type: 'string' },
    data: { type: 'string' },
    orgs: { type: 'string' },
    account: { type: 'string' },
    person: { type: 'string' },
    role: { type: 'string' },
    org: { type: 'string' },
    'reset-password': { type: 'string' },
  },
});

if (!values.data || (values.kind !== 'hub' && values.kind !== 'province')) stop();
mkdirSync(values.data, { recursive: true, mode: 0o700 });
const letGo = takeDataFolder(values.data);
const store = openStore<OrgTables>(join(values.data, 'node.db'));
const context = { store, clock: systemClock };
try {
  await migrate(store, values.kind === 'hub' ? hubMigrations : provinceMigrations);
  if (values.orgs) await loadOrgs(values.orgs);
  else if (values['reset-password']) await resetPassword(values['reset-password']);
  else if (values.account && values.person && values.role && values.org) await makeAccount();
  else stop();
} finally {
  await store.close();
  letGo();
}

async function loadOrgs(file: string): Promise<void> {
  const lines = readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const orgs = new Map<string, Org>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('id,')) continue;
    const [id = '', parentId = '', level = '', name = '', regionCode = '', category = '', stages = ''] = line
      .split(',')
      .map((cell) => cell.trim());
    const parent = orgs.get(parentId);
    if (parentId !== '' && !parent) throw new Error(`line ${index + 1}: no org ${parentId} before this line`);
    const org = Org.parse({
      id,
      parentId: parent?.id ?? null,
      level: OrgLevel.parse(level),
      name,
      // The ministry's path is empty: everything is below it.
      path: level === 'ministry' ? '' : `${parent?.path ?? ''}${id}/`,
      regionCode,
      schoolCategory: category === '' ? null : SchoolCategory.parse(category),
      stages: stages === '' ? [] : stages.split('+').map((stage) => Stage.parse(stage)),
    });
    orgs.set(id, org);
  }
  await store.decide((tx) => insertOrgs(tx, [...orgs.values()]));
  console.log(`${orgs.size} orgs loaded`);
}

async function makeAccount(): Promise<void> {
  const orgId = values.org!;
  if (!(await findOrg(store.read, orgId))) throw new Error(`no org ${orgId}: load the org tree first`);
  const { password, passwordHash } = await issuePassword(values.account!);
  const account = { name: values.account!, personName: values.person!, role: Role.parse(values.role), orgId };
  await createByCommand(context, { ...account, passwordHash, mustChangePassword: true });
  console.log(`${account.name} ${password}`);
}

async function resetPassword(name: string): Promise<void> {
  const { password, passwordHash } = await issuePassword(name);
  await resetByCommand(context, name, passwordHash);
  console.log(`${name} ${password}`);
}

async function issuePassword(name: string): Promise<{ password: string; passwordHash: string }> {
  const password = newIssuedPassword(systemRandom, name);
  return { password, passwordHash: await hashPassword(password) };
}

function stop(): never {
  console.error(usage);
  process.exit(2);
}
