import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NodeId } from '../../contracts/core/message.ts';
import {
  AdmitRecord,
  CopyRecord,
  RecordPart,
  ReleaseRecord,
  SealRecord,
  UnsealRecord,
} from '../../contracts/hand-over.ts';
import { TransferTold } from '../../contracts/transfer-told.ts';
import type { ApplicationRows } from '../../shared/chain/rows.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { HubDb } from '../schema.ts';
import { recordsAdmitted, recordsReleased, recordsUnsealed } from './carried-out.ts';
import { orderAgain, partsCame, recordsSealed, stagingsFailed } from './hand-over.ts';
import { awaitedNodes, recordsMissing } from './send-again.ts';
import { saveHolder } from './table.ts';
import type { TransferTable } from './table.ts';
import { toldRecalled } from './told.ts';

let world: TestHub;
beforeEach(async () => {
  world = await openTestHub(
    { now: () => Date.parse('2026-09-02T02:00:00Z'), after: () => () => undefined },
    noRegistry,
  );
});
afterEach(() => world.close());

const ids = {
  first: '01a05aa2-0758-7001-9975-06e638f84fa1',
  second: '01a05aa2-1e82-7001-9a27-cc2cdfe25be3',
  pupil: '01a05aa1-e68e-7001-a647-f5e8d2234337',
  package: '01a05aa3-0758-7001-9975-06e638f84fa1',
};
const at = { first: '2026-09-01T01:00:00.000Z', second: '2026-09-01T02:00:00.000Z' };

function transferOf(which: 'first' | 'second', more: Partial<TransferTable> = {}): TransferTable {
  const from = { fromProvince: 'p-37', fromSchoolId: '2137000001', fromSchoolName: '济南市第一小学' } as const;
  const to = { toProvince: 'p-44', toSchoolId: '2144000001', toSchoolName: '广州小学' } as const;
  const asked = { stage: 'primary', cohort: 2026, reason: 'household', note: '', appliedBy: 'xj@44' } as const;
  const handOver = { epoch: 0, attempt: 0, package: null, version: null, originDone: 0, destinationDone: 0 };
  const pupil = { studentId: ids.pupil, studentNumber: 'L370102202001010011', name: '王小明' };
  const applied = { ...asked, appliedByName: '李老师', appliedAt: at[which], since: at[which] };
  return {
    id: ids[which],
    kind: 'cross-province-transfer',
    state: 'in-review',
    revision: 1,
    ...pupil,
    ...from,
    ...to,
    ...applied,
    ...handOver,
    evidence: null,
    evidenceSentAt: null,
    fault: null,
    ending: null,
    ...more,
  };
}

function rowsOf({ id, state }: TransferTable, createdAt: string): ApplicationRows {
  const isOpen = state === 'in-review';
  const turn = isOpen ? { turnOrgId: '2144000001', turnRole: 'school-head', turnAct: 'review' } : nobody;
  const orgs = { orgId: '2144000001', otherOrgId: '2137000001', groupKey: 'primary2026' };
  const step = { orgId: '2144000001', orgName: '广州小学', role: 'school-head', act: 'review' };
  return {
    application: {
      id,
      kind: 'cross-province-transfer',
      subject: ids.pupil,
      ...orgs,
      revision: 1,
      position: isOpen ? 0 : 1,
      state: isOpen ? 'in-review' : 'approved',
      chain: JSON.stringify([step]),
      ...turn,
      turnSince: createdAt,
      blocked: null,
      createdBy: 'xj@44',
      createdAt,
      mendedBy: '[]',
    } as ApplicationRows['application'],
    steps: [],
  };
}
const nobody = { turnOrgId: null, turnRole: null, turnAct: null };

/** The hub's own word about the case, as it comes back. */
const recalled = (which: 'first' | 'second', more: Partial<TransferTable> = {}) =>
  world.store.decide((tx) => {
    const transfer = transferOf(which, more);
    const snapshot = JSON.stringify({ transfer, rows: rowsOf(transfer, at[which]) });
    return toldRecalled(world.hub, tx, [{ snapshot } as Parameters<typeof toldRecalled>[2][number]]);
  });
const allTold = () => world.store.decide((tx) => orderAgain(world.hub, tx));

const states = async () => {
  const rows = await world.store.read.selectFrom('transfer').select(['id', 'state']).execute();
  return [ids.first, ids.second].map((id) => rows.find((row) => row.id === id)?.state);
};
const told = () => world.sentOf(TransferTold).map(({ to, transfer, state }) => [to, transfer, state]);

describe('words of two transfers of one pupil that come back to a restored hub', () => {
  test('the later first: the earlier is taken for ended, and ends as its own words tell', async () => {
    await recalled('second');
    await recalled('first');
    expect(await states()).toEqual(['withdrawn', 'in-review']);
    await recalled('first', { revision: 4, state: 'refused' });
    expect(await states()).toEqual(['refused', 'in-review']);
    await allTold();
    expect(told()).toEqual([]);
  });

  test('the earlier first: the same', async () => {
    await recalled('first');
    await recalled('second');
    expect(await states()).toEqual(['withdrawn', 'in-review']);
  });

  test('where nobody has the end of the earlier, it is withdrawn: people hear, and its application is over', async () => {
    await recalled('first');
    await recalled('second');
    await allTold();
    expect(told()).toEqual([
      ['p-37', ids.first, 'withdrawn'],
      ['p-44', ids.first, 'withdrawn'],
    ]);
    const application = world.store.read.selectFrom('application').select('state').where('id', '=', ids.first);
    expect(await application.executeTakeFirst()).toEqual({ state: 'ended' });
    world.sent.length = 0;
    await allTold();
    expect(told()).toEqual([]);
  });

  test('an earlier one whose record was on its way is undone before the later is ordered again, until both have', async () => {
    await recalled('first', { state: 'copying', attempt: 1, package: 'p' });
    await recalled('second', { state: 'sealing', attempt: 1 });
    await allTold();
    const orders = world.sent.filter(({ kind }) => kind === UnsealRecord.kind || kind === SealRecord.kind);
    expect(orders.map(({ item }) => (item as { transfer: string }).transfer)).toEqual([ids.first, ids.second]);
    const done = [{ transfer: ids.first, studentId: ids.pupil }];
    await world.store.decide((tx) => recordsUnsealed(world.hub, tx, done, { from: 'p-37' }));
    expect(await states()).toEqual(['withdrawn', 'sealing']);
  });

  test('what was handed over is never taken back: the other of the same epoch has ended, of the next it has closed', async () => {
    await recalled('second', { state: 'handed-over', attempt: 1, revision: 8 });
    await recalled('first');
    expect(await states()).toEqual(['withdrawn', 'handed-over']);
    await recalled('first', { epoch: 1, revision: 2 });
    expect(await states()).toEqual(['in-review', 'closed']);
    await allTold();
    expect(told()).toEqual([
      ['p-37', ids.second, 'closed'],
      ['p-44', ids.second, 'closed'],
    ]);
  });

  test('an origin that was restored as well lets go once more, by order', async () => {
    await recalled('first', { state: 'closed', attempt: 1, revision: 9, originDone: 1, destinationDone: 1 });
    await allTold();
    expect(world.sentOf(ReleaseRecord)).toEqual([{ to: 'p-37', transfer: ids.first, studentId: ids.pupil, epoch: 1 }]);
    await said(recordsAdmitted, {}, 'p-44');
    world.sent.length = 0;
    await allTold();
    expect(world.sent).toEqual([]);
  });

  describe('a destination that was restored as well, and lacks the record', () => {
    const part = { package: ids.package, index: 0, sealed: 'cGFydA==' };
    const parts = [createHash('sha256').update(part.sealed).digest('hex')];
    const entries = [{ name: 'record.json', bytes: 4, hash: '0'.repeat(64) }];
    const keys = { sealedBy: 'p-37/1', sealedFor: 'p-44/1' };
    const manifest = { package: ids.package, version: 1, entries, parts, ...keys };
    const transfer = () =>
      world.store.read.selectFrom('transfer').selectAll().where('id', '=', ids.first).executeTakeFirstOrThrow();
    const awaited = async () => awaitedNodes(await transfer());
    const orders = () => world.sent.filter(({ kind }) => kind !== TransferTold.kind).map(({ to, kind }) => [to, kind]);

    beforeEach(async () => {
      await recalled('first', { state: 'closed', attempt: 1, package: 'p', originDone: 1, destinationDone: 1 });
      await allTold();
      world.sent.length = 0;
    });

    test('gets the copy that the origin kept, packed once more, and admits it', async () => {
      await said(recordsMissing, {}, 'p-44');
      expect(world.sentOf(SealRecord)).toMatchObject([{ to: 'p-37', transfer: ids.first, epoch: 0, attempt: 2 }]);
      expect(await awaited()).toEqual(['p-37']);
      await said(partsCame, part, 'p-37');
      await said(recordsSealed, { epoch: 0, manifest }, 'p-37');
      expect(await awaited()).toEqual(['p-44']);
      expect(orders()).toEqual([
        ['p-37', SealRecord.kind],
        ['p-44', RecordPart.kind],
        ['p-44', CopyRecord.kind],
        ['p-44', AdmitRecord.kind],
      ]);
      await said(recordsAdmitted, {}, 'p-44');
      expect(await transfer()).toMatchObject({ state: 'closed', attempt: 2, originDone: 1, destinationDone: 1 });
      expect(await awaited()).toEqual([]);
    });

    test('is asked once more also where its word came before the origin’s: it may have lost what it had', async () => {
      await recalled('first', { state: 'handed-over', revision: 9, attempt: 1, package: 'p', destinationDone: 1 });
      await allTold();
      await said(recordsReleased, {}, 'p-37');
      expect(await transfer()).toMatchObject({ state: 'handed-over', originDone: 1, destinationDone: 0 });
      await said(recordsMissing, {}, 'p-44');
      expect(world.sentOf(SealRecord)).toMatchObject([{ to: 'p-37', attempt: 2 }]);
    });

    test('a package that was broken on the way is packed again, and not for ever', async () => {
      await said(recordsMissing, {}, 'p-44');
      for (let attempt = 2; attempt < 9; attempt++) {
        await said(partsCame, part, 'p-37');
        await said(recordsSealed, { epoch: 0, manifest }, 'p-37');
        await said(stagingsFailed, { package: ids.package, fault: 'package-broken' }, 'p-44');
      }
      expect(world.sentOf(SealRecord).map(({ attempt }) => attempt)).toEqual([2, 3, 4, 5, 6]);
      expect(await transfer()).toMatchObject({ state: 'closed', attempt: 6, destinationDone: 0 });
    });

    test('is not answered when the pupil has moved on since', async () => {
      const holder = { studentId: ids.pupil, province: 'p-46', epoch: 2, version: 2 } as const;
      await world.store.decide((tx) => saveHolder(tx, holder));
      await said(recordsMissing, {}, 'p-44');
      expect(orders()).toEqual([]);
    });

    test('late words of the hand-over as it first was change nothing', async () => {
      await said(partsCame, part, 'p-37');
      await said(recordsSealed, { epoch: 0, manifest }, 'p-37');
      await said(stagingsFailed, { package: ids.package, fault: 'package-broken' }, 'p-44');
      expect(orders()).toEqual([]);
    });
  });
});

/** What a province says of the first transfer. */
function said<Item>(
  handler: (hub: TestHub['hub'], tx: Tx<HubDb>, items: Item[], message: { from: NodeId }) => Promise<void>,
  words: object,
  from: NodeId,
): Promise<void> {
  const item = { transfer: ids.first, studentId: ids.pupil, ...words } as Item;
  return world.store.decide((tx) => handler(world.hub, tx, [item], { from }));
}
