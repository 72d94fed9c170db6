import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { message } from '../../contracts/core/message.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { NodeContext } from '../context.ts';
import { openStore } from '../db/store.ts';
import type { Tx } from '../db/store.ts';
import {
  approve,
  eventually,
  fastClock,
  Note,
  opened,
  openLinkNode,
  Secret,
  tapped,
  writeNote,
} from '../../tests/world/link-world.ts';
import type { LinkDb, LinkNode } from '../../tests/world/link-world.ts';
import { NotYet, on } from './handlers.ts';
import type { Handler } from './handlers.ts';
import { openLoopback } from './loopback-link.ts';
import { TRIES_MAX } from './take.ts';

const running = new Set<LinkNode>();
afterEach(async () => {
  for (const node of running) await node.stop();
  running.clear();
});

const options = { clock: fastClock };
type Context = NodeContext<LinkDb>;

async function pair(hubHandlers: ReadonlyArray<Handler<Context>>) {
  const bus = openLoopback();
  const hub = await openLinkNode({ id: 'hub', link: bus.join('hub'), options, handlers: hubHandlers });
  const province = await openLinkNode({ id: 'p-37', link: bus.join('p-37'), hubKeys: hub.keys, options });
  running.add(hub).add(province);
  await approve(hub, province);
  await opened(hub, province);
  return { bus, hub, province };
}

const outcomes = async (node: LinkNode) =>
  (
    await node.store.read
      .selectFrom('logged_message')
      .select(['direction', 'outcome', 'problem'])
      .orderBy('position')
      .execute()
  ).map(({ direction, outcome, problem }) => `${direction} ${outcome}${problem ? ` ${JSON.parse(problem).code}` : ''}`);

const noting = on(Note, async (_: Context, tx: Tx<LinkDb>, items) => {
  for (const { text } of items) await writeNote(tx, text);
});

describe('what a handler does with a message', () => {
  test('a Problem refuses it for good: its writes and its queued answers are undone, both sides know, the rest goes on', async () => {
    const picky = on(Note, async (context: Context, tx: Tx<LinkDb>, items) => {
      for (const { text } of items) {
        await writeNote(tx, text);
        context.outbox.queue(tx, 'p-37', Note, { text: `answer to ${text}` });
        if (text === 'bad') throw new Problem('identity-held', '370102201501011234 已被占用');
      }
    });
    const { hub, province } = await pair([picky]);
    for (const text of ['one', 'bad', 'two']) await province.say('hub', text);
    await eventually(async () => (await province.notes()).length === 2);
    await eventually(async () => (await province.messaging.status()).peers[0]?.unacknowledged === 0);
    expect(await hub.notes()).toEqual(['one', 'two']);
    expect(await province.notes()).toEqual(['answer to one', 'answer to two']);
    const told = (await outcomes(province)).filter((line) => line.startsWith('sent'));
    expect(told).toEqual(['sent applied', 'sent refused identity-held', 'sent applied']);
    const row = await province.store.read.selectFrom('message_exception').selectAll().executeTakeFirstOrThrow();
    expect(row.problem).not.toContain('20150101');
  });

  test('F64 any other error is tried five times and laid aside; the stream goes on; a replay after the repair applies it', async () => {
    let tries = 0;
    let repaired = false;
    const poisoned = on(Note, async (_: Context, tx: Tx<LinkDb>, items) => {
      for (const { text } of items) {
        await writeNote(tx, text);
        if (text === 'poison' && ++tries && !repaired) throw new TypeError('undefined is not a pupil');
      }
    });
    const { hub, province } = await pair([poisoned]);
    for (const text of ['one', 'poison', 'two']) await province.say('hub', text);
    await eventually(async () => (await hub.notes()).length === 2);
    // The first of all is made without a savepoint, undone whole, and does not count.
    expect(tries).toBe(1 + TRIES_MAX);
    expect(await hub.notes()).toEqual(['one', 'two']);
    expect((await hub.messaging.status()).peers[0]?.dead).toBe(1);
    await eventually(async () => (await outcomes(province)).includes('sent dead defect'));
    repaired = true;
    expect(await hub.messaging.replay('dead')).toBe(1);
    expect(await hub.notes()).toEqual(['one', 'two', 'poison']);
    await eventually(async () => !(await outcomes(province)).includes('sent dead defect'));
    expect(await hub.messaging.replay('dead')).toBe(0);
  });

  test('an operator may give a dead message up, with a reason that the sender reads', async () => {
    const broken = on(Note, async (_: Context, tx: Tx<LinkDb>) => {
      await writeNote(tx, 'never');
      throw new Error('broken');
    });
    const { hub, province } = await pair([broken]);
    await province.say('hub', 'poison');
    await eventually(async () => (await hub.messaging.status()).peers[0]?.dead === 1);
    const place = { peer: 'p-37', incarnation: 1, sequence: 1 };
    const drop = (reason: string) => hub.store.decide((tx) => hub.messaging.dropDead(tx, place, reason));
    await drop('重复上报，不再处理');
    await expect(drop('again')).rejects.toMatchObject({ code: 'illegal-move' });
    await eventually(async () => (await outcomes(province)).includes('sent refused message-invalid'));
    expect(await hub.notes()).toEqual([]);
  });

  test('F61 what the node does not understand yet is parked, and applied after the upgrade', async () => {
    const Newer = message('test.note', z.object({ text: z.string() }), { schema: 2 });
    const { bus, hub, province } = await pair([noting]);
    await province.store.decide(async (tx) =>
      province.messaging.outbox.queue(tx, 'hub', Newer, { text: 'from the future' }),
    );
    await province.say('hub', 'unknown', Secret);
    await province.say('hub', 'known');
    await eventually(async () => (await hub.notes()).length === 1);
    await eventually(async () => (await outcomes(province)).filter((line) => line === 'sent parked').length === 2);
    await hub.stop();
    running.delete(hub);
    const upgraded = [on(Newer, noting.apply as never), on(Secret, noting.apply as never)] as Array<Handler<Context>>;
    const { file, keys } = hub;
    const again = await openLinkNode({ id: 'hub', link: bus.join('hub'), file, keys, options, handlers: upgraded });
    running.add(again);
    expect(await again.notes()).toEqual(['known', 'from the future', 'unknown']);
    expect((await again.messaging.status()).peers[0]?.parked).toBe(0);
  });

  test('NotYet parks it without a trace, and it is applied when its time has come', async () => {
    let isTime = false;
    const patient = on(Note, async (_: Context, tx: Tx<LinkDb>, items) => {
      for (const { text } of items) await writeNote(tx, text);
      if (!isTime) throw new NotYet('too early');
    });
    const { hub, province } = await pair([patient]);
    await province.say('hub', 'early');
    await eventually(async () => (await outcomes(province)).includes('sent parked'));
    expect(await hub.notes()).toEqual([]);
    isTime = true;
    expect(await hub.messaging.replay('parked')).toBe(1);
    expect(await hub.notes()).toEqual(['early']);
  });

  test('the sender hears how a parked message went on although the receipt that said so was lost', async () => {
    let isTime = false;
    let isLost = false;
    const patient = on(Note, async () => {
      if (!isTime) throw new NotYet('too early');
    });
    const bus = openLoopback();
    const link = tapped(bus.join('hub'), (to, kind, bytes, send) => {
      if (!(isLost && kind === 'link.receipt')) send(to, kind, bytes);
    });
    const hub = await openLinkNode({ id: 'hub', link, options, handlers: [patient] });
    const province = await openLinkNode({ id: 'p-37', link: bus.join('p-37'), hubKeys: hub.keys, options });
    running.add(hub).add(province);
    await approve(hub, province);
    await opened(hub, province);
    await province.say('hub', 'early');
    await eventually(async () => (await outcomes(province)).includes('sent parked'));
    isTime = true;
    isLost = true;
    await hub.messaging.replay('parked');
    expect(await outcomes(province)).toEqual(['sent parked']);
    isLost = false;
    // The next digest asks; on this clock it is six seconds away.
    await eventually(async () => (await outcomes(province)).includes('sent applied'), 15_000);
  }, 20_000);

  test('what was laid aside twice, because it was said again in a new incarnation, is replayed once', async () => {
    let repaired = false;
    const broken = on(Note, async (_: Context, tx: Tx<LinkDb>, items) => {
      if (!repaired) throw new Error('broken');
      for (const { text } of items) await writeNote(tx, text);
    });
    const { bus, hub, province } = await pair([broken]);
    await province.say('hub', 'poison');
    await eventually(async () => (await outcomes(province)).some((line) => line.includes('dead')));
    const { file, keys } = province;
    await province.stop();
    running.delete(province);
    const store = openStore<LinkDb>(file);
    await store.decide(async (tx) => {
      // Its receipt was lost, and it takes a new incarnation.
      await tx.updateTable('stream').set({ receiptedSequence: 0 }).where('direction', '=', 'sent').execute();
      await tx.updateTable('link_state').set({ incarnationDue: 1 }).execute();
    });
    await store.close();
    // The hub's greeting does not prove either that it arrived, as that of an older version.
    const received = await hub.store.read
      .selectFrom('stream')
      .selectAll()
      .where('direction', '=', 'received')
      .executeTakeFirstOrThrow();
    await hub.store.decide((tx) => tx.deleteFrom('stream').where('direction', '=', 'received').execute());
    running.add(await openLinkNode({ id: 'p-37', link: bus.join('p-37'), hubKeys: hub.keys, file, keys, options }));
    await eventually(async () => (await hub.messaging.status()).peers[0]?.dead === 2);
    // It is there again where a copy of the first message was still under way.
    await hub.store.decide((tx) => tx.replaceInto('stream').values(received).execute());
    repaired = true;
    expect(await hub.messaging.replay('dead')).toBe(2);
    expect(await hub.notes()).toEqual(['poison']);
  });

  test('items that are not what the contract says are refused before the handler', async () => {
    const Loose = message('test.note', z.object({ text: z.number() }));
    const { hub, province } = await pair([noting]);
    await province.store.decide(async (tx) => province.messaging.outbox.queue(tx, 'hub', Loose, { text: 1 }));
    await eventually(async () => (await outcomes(province)).includes('sent refused message-invalid'));
    expect(await hub.notes()).toEqual([]);
  });
});

describe('what a decision queues', () => {
  test('leaves in messages of up to 1,000 items, kinds in the order of their first item', async () => {
    const got: string[] = [];
    const counting = [Note, Secret].map((kind) =>
      on(kind, async (_: Context, __: Tx<LinkDb>, items, { actor }) => {
        got.push(`${kind.kind} ${items.length} ${items[0]?.text} ${actor?.account ?? ''}`);
      }),
    );
    const { province } = await pair(counting);
    const actor = { account: 'wang', org: 'school-1' };
    await province.store.decide(async (tx) => {
      for (let number = 0; number < 1_500; number++) {
        province.messaging.outbox.queue(tx, 'hub', Secret, { text: `${number}` }, { actor });
        if (number % 3 === 0) province.messaging.outbox.queue(tx, 'hub', Note, { text: `${number}` });
      }
    });
    await eventually(() => got.length === 3);
    expect(got).toEqual(['test.secret 1000 0 wang', 'test.note 500 0 ', 'test.secret 500 1000 wang']);
  });

  test('shares a message with what other decisions of the same commit say, and a failed one says nothing', async () => {
    const got: string[][] = [];
    const noted = on(Note, async (_: Context, __: Tx<LinkDb>, items) => void got.push(items.map(({ text }) => text)));
    const { province } = await pair([noted]);
    const say = (text: string) =>
      province.store.decide(async (tx) => {
        province.messaging.outbox.queue(tx, 'hub', Note, { text });
        if (text === 'c') throw new Problem('busy');
      });
    await Promise.allSettled(['a', 'b', 'c', 'd'].map(say));
    await eventually(() => got.length > 0);
    expect(got).toEqual([['a', 'b', 'd']]);
  });

  test('is not said when the decision is undone', async () => {
    const { hub, province } = await pair([noting]);
    const undone = province.store.decide(async (tx) => {
      province.messaging.outbox.queue(tx, 'hub', Note, { text: 'never' });
      throw new Problem('busy');
    });
    await expect(undone).rejects.toThrow(Problem);
    await province.say('hub', 'after');
    await eventually(async () => (await hub.notes()).length === 1);
    expect(await hub.notes()).toEqual(['after']);
  });

  test('is split until each message fits; F12 one item that never fits refuses the whole decision', async () => {
    const { hub, province } = await pair([noting, on(Secret, noting.apply as never) as Handler<Context>]);
    const long = 'x'.repeat(20_000);
    await province.store.decide(async (tx) => {
      for (let number = 0; number < 30; number++)
        province.messaging.outbox.queue(tx, 'hub', Note, { text: `${long}${number}` });
    });
    await eventually(async () => (await hub.notes()).length === 30);
    expect((await hub.messaging.status()).peers[0]?.received).toBeGreaterThan(1);
    const tooLong = province.store.decide(async (tx) => {
      await writeNote(tx, 'undone');
      province.messaging.outbox.queue(tx, 'hub', Note, { text: 'x'.repeat(200_000) });
    });
    await expect(tooLong).rejects.toMatchObject({ code: 'message-invalid' });
    expect(await province.notes()).toEqual([]);
  });

  test('of a confidential kind is readable neither on the wire nor in either database', async () => {
    const { hub, province } = await pair([noting, on(Secret, noting.apply as never) as Handler<Context>]);
    await province.say('hub', '王小明', Secret);
    await eventually(async () => (await hub.notes()).length === 1);
    for (const node of [hub, province]) {
      const rows = await node.store.read.selectFrom('message_log').select('envelope').execute();
      const bodies = rows.map((row) => Buffer.from(JSON.parse(row.envelope.toString()).payload, 'base64').toString());
      expect(bodies).toHaveLength(1);
      expect(bodies.join()).toContain('"sealed"');
      expect(bodies.join()).not.toContain('王小明');
    }
  });
});
