import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Note } from '../../tests/world/link-world.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(['37', '44']);
}, 60_000);
afterAll(() => world.stop());

const metrics = async (): Promise<string> => (await world.hub.app.request('/metrics')).text();
const valueOf = (text: string, line: string): number => {
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? Number.NaN : Number(found.split(' ').at(-1));
};

describe('/metrics', () => {
  test('tells by peer what waits and since when, and what became of what came', async () => {
    const open = (peer: string): string => `xueji_link_open{peer="${peer}",node="hub"}`;
    await eventually(metrics, (text) => valueOf(text, open('p-37')) === 1 && valueOf(text, open('p-44')) === 1);
    world.loopback.cut('p-44');
    const tell = async (to: 'p-37' | 'p-44', text: string): Promise<void> => {
      const { context } = world.hub;
      await context.store.decide(async (tx) => context.outbox.queue(tx, to, Note, { text }));
    };
    await tell('p-44', 'waits');
    const { context } = world.province('37');
    await context.store.decide(async (tx) => context.outbox.queue(tx, 'hub', Note, { text: 'unknown' }));
    const received = 'xueji_messages_received{peer="p-37",outcome="parked",node="hub"}';
    await eventually(metrics, (text) => valueOf(text, received) === 1);
    const text = await metrics();
    expect(valueOf(text, 'xueji_messages_received{peer="p-37",outcome="applied",node="hub"}')).toBe(3);
    expect(valueOf(text, 'xueji_outbox_messages{peer="p-44",state="unreceipted",node="hub"}')).toBe(1);
    expect(valueOf(text, 'xueji_outbox_oldest_seconds{peer="p-44",node="hub"}')).toBeGreaterThan(0);
    expect(valueOf(text, 'xueji_outbox_messages{peer="p-37",state="unreceipted",node="hub"}')).toBe(0);
    expect(valueOf(text, 'xueji_link_quarantined{peer="p-37",node="hub"}')).toBe(0);
    expect(valueOf(text, 'xueji_link_alarms{node="hub"}')).toBe(0);
    world.loopback.mend('p-44');
  });

  test('counts what the link refused, by reason', async () => {
    const link = world.loopback.join('p-46');
    link.send('hub', 'test.note', new TextEncoder().encode('{}'));
    await eventually(
      metrics,
      (text) => valueOf(text, 'xueji_link_refusals_total{reason="not-an-envelope",node="hub"}') === 1,
    );
  });

  test('counts decisions and times their commits', async () => {
    const before = valueOf(await metrics(), 'xueji_decisions_total{node="hub"}');
    await world.hub.context.store.decide(async () => undefined);
    const text = await metrics();
    expect(valueOf(text, 'xueji_decisions_total{node="hub"}')).toBeGreaterThan(before);
    expect(valueOf(text, 'xueji_commit_seconds_count{node="hub"}')).toBeGreaterThan(0);
  });

  test('has labels of few values only: nodes, states, reasons, routes; nothing of people', async () => {
    await world.signIn('jyb001');
    const labels = [...(await metrics()).matchAll(/([a-z]+)="([^"]*)"/g)].map(([, name, value]) => `${name} ${value}`);
    const known =
      /^(node hub|peer p-\d\d|state (waiting|unreceipted)|outcome (applied|refused|parked|dead)|reason [a-z-]+|le [\d.+Inf]+|method (GET|POST)|route (other|\/api\/[a-z/-]+)|status \d{3})$/;
    expect([...new Set(labels)].filter((label) => !known.test(label))).toEqual([]);
  });
});

describe('/ready', () => {
  test('reads the database, and says why it is not', async () => {
    const { app } = world.province('44');
    const answer = await app.request('/ready');
    expect([answer.status, await answer.text()]).toEqual([200, 'ready']);
    await world.province('44').context.store.read.destroy();
    const broken = await app.request('/ready');
    expect(broken.status).toBe(503);
    expect(await broken.text()).toContain('not ready: the database does not answer');
    const rest = await app.request('/metrics');
    expect([rest.status, (await rest.text()).includes('xueji_http_request_seconds')]).toEqual([200, true]);
  });
});
