import { afterEach, describe, expect, test } from 'vitest';
import type { NodeId } from '../../contracts/core/message.ts';
import { ENVELOPE_BYTES_MAX } from '../../contracts/core/envelope.ts';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../shared/db/store.ts';
import type { Link } from '../../shared/messaging/link.ts';
import { eventually } from './link-world.ts';

/** What every link keeps, whatever carries it. `interrupt` takes the connection of all nodes away and gives it back. */
export interface LinkBench {
  join(node: NodeId): Promise<Link>;
  interrupt(): Promise<void>;
  close(): Promise<void>;
}

export function describeLink(name: string, openBench: () => Promise<LinkBench>): void {
  describe(`the ${name} link`, () => {
    let bench: LinkBench;
    const links: Link[] = [];
    afterEach(async () => {
      for (const link of links.splice(0)) await link.close();
      await bench.close();
    });

    async function open(node: NodeId) {
      const link = await bench.join(node);
      links.push(link);
      const got: Array<[NodeId, string, string]> = [];
      link.onReceive((from, kind, bytes) => got.push([from, kind, Buffer.from(bytes).toString()]));
      return { link, got };
    }

    async function world() {
      bench = await openBench();
      const nodes = { hub: await open('hub'), shandong: await open('p-37'), guangdong: await open('p-44') };
      // The subscriptions are with the broker once something came back over them.
      await eventually(() => {
        nodes.hub.link.send('p-37', 'test.ready', Buffer.from(''));
        nodes.hub.link.send('p-44', 'test.ready', Buffer.from(''));
        nodes.shandong.link.send('hub', 'test.ready', Buffer.from(''));
        return [nodes.hub, nodes.shandong, nodes.guangdong].every((node) => node.got.length > 0);
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (const node of Object.values(nodes)) node.got.length = 0;
      return nodes;
    }

    test('delivers to the addressee alone, says from whom, and keeps the order of one sender', async () => {
      const { hub, shandong, guangdong } = await world();
      for (let number = 0; number < 50; number++) shandong.link.send('hub', 'identity.claim', Buffer.from(`${number}`));
      hub.link.send('p-44', 'identity.claimed', Buffer.from('yes'));
      await eventually(() => hub.got.length === 50 && guangdong.got.length === 1);
      expect(hub.got).toEqual(Array.from({ length: 50 }, (_, number) => ['p-37', 'identity.claim', `${number}`]));
      expect(guangdong.got).toEqual([['hub', 'identity.claimed', 'yes']]);
      expect(shandong.got).toEqual([]);
    });

    test('carries the largest envelope', async () => {
      const { hub, shandong } = await world();
      shandong.link.send('hub', 'test.large', Buffer.alloc(ENVELOPE_BYTES_MAX, 'x'));
      await eventually(() => hub.got.length === 1);
      expect(hub.got[0]?.[2]).toHaveLength(ENVELOPE_BYTES_MAX);
    });

    test('never delivers within the call that sends', async () => {
      const { hub, shandong } = await world();
      shandong.link.send('hub', 'test.note', Buffer.from('later'));
      expect(hub.got).toEqual([]);
      await eventually(() => hub.got.length === 1);
    });

    test('sends nothing from inside a decision', async () => {
      const { shandong } = await world();
      const store = openStore<object>(join(mkdtempSync(join(tmpdir(), 'xueji-link-')), 'node.db'));
      const sending = store.decide(async () => shandong.link.send('hub', 'test.note', Buffer.from('')));
      await expect(sending).rejects.toThrow('send inside a decision');
      await store.close();
    });

    test('drops what is sent after it was closed', async () => {
      const { hub, shandong } = await world();
      await shandong.link.close();
      shandong.link.send('hub', 'test.note', Buffer.from('too late'));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(hub.got).toEqual([]);
    });

    test('says when the connection is back, and carries again', async () => {
      const { hub, shandong } = await world();
      let back = 0;
      shandong.link.onReconnect(() => back++);
      await bench.interrupt();
      await eventually(() => back > 0);
      await eventually(() => {
        shandong.link.send('hub', 'test.note', Buffer.from('again'));
        return hub.got.some(([, , text]) => text === 'again');
      });
    });
  });
}
