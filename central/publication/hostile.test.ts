import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { MessageKind, NodeId } from '../../contracts/core/message.ts';
import {
  AccountPublished,
  ChainConfigurationPublished,
  OrgPublished,
  PublicationCompleted,
} from '../../contracts/publication.ts';
import { ministryOrg } from '../../deploy/demo/accounts.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { systemClock } from '../../shared/clock.ts';
import { insertOrgs } from '../../shared/org/table.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import { publication } from './business.ts';

const first = '01990000-0000-7000-8000-000000000001';
const second = '01990000-0000-7000-8000-000000000002';
const at = '2026-09-01T00:00:00.000Z';
const verifier = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI';
const province = (code: '37' | '44') => demoOrgs(demoProvinces.find((one) => one.code === code)!);

let node: TestHub;
beforeAll(async () => {
  node = await openTestHub(systemClock, noRegistry);
});
afterAll(() => node.close());

async function tell<Kind extends MessageKind>(from: NodeId, kind: Kind, ...items: z.input<Kind['item']>[]) {
  const handler = publication.messages!.find((one) => one.kind.kind === kind.kind)!;
  const parsed = items.map((item) => kind.item.parse(item));
  await node.store.decide((tx) => handler.apply(node.hub, tx, parsed, { from } as never));
}

const orgItem = (org: ReturnType<typeof province>[number], telling = first) =>
  ({ telling, id: org.id, org }) as z.input<typeof OrgPublished.item>;
const person = {
  personName: '王丽华',
  role: 'bureau-registrar' as const,
  orgId: '370102',
  state: 'active' as const,
  disabledReason: null,
  verifier,
  mustChangePassword: false,
  passwordChangedAt: at,
  createdAt: at,
  lastSignInAt: null,
  secondFactor: null,
};
const configuration = {
  business: 'primary-entrant:resident',
  stage: null,
  schoolCategory: null,
  areaId: '370000',
  levels: ['school' as const],
  revision: 0,
  changedBy: '王丽华',
  changedAt: at,
};
const rows = async (table: 'org' | 'account' | 'chain_configuration') =>
  node.store.read.selectFrom(table).selectAll().execute();

describe('a hub that has no ministry yet', () => {
  test('takes the orgs at the top, and puts them under the ministry when they are told again', async () => {
    await tell('p-37', OrgPublished, ...province('37').map((org) => orgItem(org)));
    const top = node.store.read.selectFrom('org').select('parentId').where('id', '=', '370000');
    expect(await top.executeTakeFirst()).toEqual({ parentId: null });
    await node.store.decide((tx) => insertOrgs(tx, [ministryOrg]));
    await tell('p-37', OrgPublished, orgItem(province('37')[0]!));
    expect(await top.executeTakeFirst()).toEqual({ parentId: 'ministry' });
  });
});

describe('a province tells of its own only: anything else is refused, and nothing of the message stays', () => {
  beforeEach(async () => {
    for (const code of ['37', '44'] as const)
      await tell(`p-${code}`, OrgPublished, ...province(code).map((org) => orgItem(org)));
    await tell('p-37', AccountPublished, { telling: first, name: 'xj370102', account: person });
    await tell('p-37', ChainConfigurationPublished, { telling: first, id: 'c1', configuration });
  });
  const [top, city] = province('37') as [ReturnType<typeof province>[number], ReturnType<typeof province>[number]];
  const school = province('37').find(({ level }) => level === 'school')!;

  test.each([
    ['an org of another province', { ...school, id: '2144000001' }, '不属于该省'],
    ['a bureau of another province', { ...city, id: '440100' }, '不属于该省'],
    ['the ministry’s own', { ...top, id: 'ministry' }, '不属于该省'],
    ['a second top', { ...top, id: '370900', path: '370900/' }, '不能作为省级机构'],
    ['one under another province', { ...city, parentId: '440000', path: '440000/370100/' }, '上级机构不存在'],
    ['one that reaches above its parent', { ...city, path: '370100/' }, '层级与其上级机构不符'],
    [
      'one whose parent nobody knows',
      { ...city, id: '370999', parentId: '370998', path: '370998/370999/' },
      '上级机构不存在',
    ],
    ['a school by a bureau’s code', { ...school, id: '370103' }, '级别不符'],
  ])('%s', async (_, org, reason) => {
    const before = await rows('org');
    const named = { ...city, name: '改过的名字' };
    await expect(tell('p-37', OrgPublished, orgItem(named), orgItem(org as never))).rejects.toThrow(reason);
    expect(await rows('org')).toEqual(before);
  });

  test('an account at an org of another province, or of a role that its org has not', async () => {
    const before = await rows('account');
    for (const account of [
      { ...person, orgId: '440104' },
      { ...person, orgId: 'ministry' },
      { ...person, role: 'school-head' as const },
    ])
      await expect(tell('p-37', AccountPublished, { telling: first, name: 'x', account })).rejects.toThrow();
    expect(() => AccountPublished.item.parse({ telling: first, name: 'x@44', account: person })).toThrow();
    expect(await rows('account')).toEqual(before);
  });

  test('the same name in another province is another account', async () => {
    await tell('p-44', AccountPublished, { telling: first, name: 'xj370102', account: { ...person, orgId: '440104' } });
    const homes = (await rows('account')).map(({ name, home }: { name: string; home: string | null }) => [name, home]);
    expect(homes).toContainEqual(['xj370102@37', 'p-37']);
    expect(homes).toContainEqual(['xj370102@44', 'p-44']);
  });

  test('a verifier that would cost the hub its memory', () => {
    const dear = verifier.replace('m=19456', 'm=4194304');
    expect(() =>
      AccountPublished.item.parse({ telling: first, name: 'x', account: { ...person, verifier: dear } }),
    ).toThrow();
  });

  test('a configuration of another’s area, or with another’s id', async () => {
    const before = await rows('chain_configuration');
    const own = { ...configuration, areaId: '440000' };
    for (const item of [
      { telling: first, id: 'c1', configuration: own },
      { telling: first, id: 'c1', configuration: null },
      { telling: first, id: 'c2', configuration },
    ])
      await expect(tell('p-44', ChainConfigurationPublished, item)).rejects.toThrow('不属于该省');
    expect(await rows('chain_configuration')).toEqual(before);
  });

  test('the end of one province’s telling takes nothing of another', async () => {
    await tell('p-44', PublicationCompleted, { telling: second });
    const own = (await rows('account')).filter(({ home }: { home: string | null }) => home === 'p-37');
    expect(own.every(({ state }: { state: string }) => state === 'active')).toBe(true);
  });

  test('an end that says so later finds what was not told again', async () => {
    await tell('p-37', ChainConfigurationPublished, {
      telling: second,
      id: 'c3',
      configuration: { ...configuration, areaId: '370100' },
    });
    await tell('p-37', PublicationCompleted, { telling: second });
    expect((await rows('chain_configuration')).map(({ id }: { id: string }) => id)).toEqual(['c3']);
  });
});
