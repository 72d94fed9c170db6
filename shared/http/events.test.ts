import { afterEach, beforeEach, expect, test } from 'vitest';
import { browser } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { listen, settled, topicsIn } from '../../tests/http/listen.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { SESSION_IDLE_MS } from '../account/session.ts';
import { disableAccount } from '../account/table.ts';
import { attempt } from '../db/decision.ts';
import { BEAT_MS, NEWS_EVERY_MS, STREAMS_PER_SESSION_MAX } from './events.ts';
import { tellPages } from './news.ts';

let node: ToyNode;
let page: Browser;
beforeEach(async () => {
  node = await openToyNode();
  await node.addAccount('wang', 'bureau-registrar', '370102');
  page = browser(node.app);
  await page.signIn('wang', PASSWORD);
});
afterEach(() => node.close());

test('a page hears what concerns its org, those below it, or all, and nothing else', async () => {
  const heard = await listen(page);
  node.events.publish('own', '370000/370100/370102/');
  node.events.publish('below', '370000/370100/370102/2137000001/');
  node.events.publish('beside', '370000/370100/370103/2137000003/');
  node.events.publish('above', '370000/370100/');
  node.events.publish('notice');
  await settled();
  expect(topicsIn(heard)).toEqual(['own', 'below', 'notice']);
});

test('what a decision tells is heard when it is durable, once a topic; what it takes back never', async () => {
  const heard = await listen(page);
  let before: string[] = [];
  await node.store.decide(async (tx) => {
    tellPages(node, tx, 'registrations', ['2137000001', '2137000002', '2137000001']);
    tellPages(node, tx, 'applications', ['2137000003']);
    await attempt(tx, async () => {
      tellPages(node, tx, 'tasks', ['370102']);
      throw new Error('taken back');
    }).catch(() => undefined);
    before = topicsIn(heard);
  });
  await settled();
  expect(before).toEqual([]);
  expect(topicsIn(heard)).toEqual(['registrations']);
  const lost = node.store.decide(async (tx) => {
    tellPages(node, tx, 'notice', ['370102']);
    throw new Error('rolled back');
  });
  await expect(lost).rejects.toThrow('rolled back');
  await settled();
  expect(topicsIn(heard)).toEqual(['registrations']);
});

test('of a topic with much news a page hears the first and, a little later, the last', async () => {
  const heard = await listen(page);
  for (let news = 0; news < 50; news++) node.events.publish('registrations');
  await settled();
  expect(topicsIn(heard)).toHaveLength(1);
  await node.clock.advance(NEWS_EVERY_MS);
  await settled();
  expect(topicsIn(heard)).toHaveLength(2);
  await node.clock.advance(10 * NEWS_EVERY_MS);
  await settled();
  expect(topicsIn(heard)).toHaveLength(2);
});

test('who is not signed in hears nothing', async () => {
  expect((await browser(node.app).get('/api/events')).status).toBe(401);
});

test('a topic cannot carry more than a name', () => {
  expect(() => node.events.publish('a\ndata: b')).toThrow('not a topic');
});

test('a stream ends with the sign-out, at once', async () => {
  const heard = await listen(page);
  await page.post('/api/session/sign-out', {});
  await settled();
  expect(heard.ended).toBe(true);
});

test('a stream ends within a beat of its account being disabled, and when the session is idle', async () => {
  const heard = await listen(page);
  await node.clock.advance(BEAT_MS);
  expect(heard).toEqual({ text: ': open\n\n: beat\n\n', ended: false });
  await node.store.decide((tx) => disableAccount(tx, 'wang', '调离'));
  await node.clock.advance(BEAT_MS);
  expect(heard.ended).toBe(true);
});

test('an open stream does not keep the session alive', async () => {
  const heard = await listen(page);
  await node.clock.advance(SESSION_IDLE_MS + BEAT_MS);
  expect(heard.ended).toBe(true);
});

test('a stream ends when the server stops, and no new one begins', async () => {
  const heard = await listen(page);
  node.events.close();
  await settled();
  expect(heard.ended).toBe(true);
  expect((await page.get('/api/events')).status).toBe(503);
});

test('a session has no more than ten streams; a closed one makes room; one that nobody reads is ended', async () => {
  const answers = [];
  for (let tab = 0; tab < STREAMS_PER_SESSION_MAX; tab++) answers.push(await page.get('/api/events'));
  expect((await page.get('/api/events')).status).toBe(429);
  await answers[0]!.body!.cancel();
  expect((await page.get('/api/events')).status).toBe(200);
  for (let news = 0; news < 200; news++) node.events.publish(`notice-${news}`);
  expect((await page.get('/api/events')).status).toBe(200);
});
