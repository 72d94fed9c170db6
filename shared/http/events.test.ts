import { afterEach, beforeEach, expect, test } from 'vitest';
import { browser } from '../../tests/http/browser.ts';
import type { Browser } from '../../tests/http/browser.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { SESSION_IDLE_MS } from '../account/session.ts';
import { disableAccount } from '../account/table.ts';
import { BEAT_MS, STREAMS_PER_SESSION_MAX } from './events.ts';

let node: ToyNode;
let page: Browser;
beforeEach(async () => {
  node = await openToyNode();
  await node.addAccount('wang', 'bureau-registrar', '370102');
  page = browser(node.app);
  await page.signIn('wang', PASSWORD);
});
afterEach(() => node.close());

interface Heard {
  text: string;
  ended: boolean;
}

async function listen(): Promise<Heard> {
  const answer = await page.get('/api/events');
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const heard: Heard = { text: '', ended: false };
  const reading = async (): Promise<void> => {
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      heard.text += new TextDecoder().decode(chunk);
    }
    heard.ended = true;
  };
  void reading();
  await settled();
  return heard;
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

test('a page hears what concerns its org or all, and nothing else', async () => {
  const heard = await listen();
  node.settings.events.publish('inbox', '370102');
  node.settings.events.publish('inbox', '370103');
  node.settings.events.publish('notice');
  await settled();
  expect(heard.text).toBe(': open\n\nevent: news\ndata: inbox\n\nevent: news\ndata: notice\n\n');
});

test('who is not signed in hears nothing', async () => {
  expect((await browser(node.app).get('/api/events')).status).toBe(401);
});

test('a topic cannot carry more than a name', () => {
  expect(() => node.settings.events.publish('a\ndata: b')).toThrow('not a topic');
});

test('a stream ends with the sign-out, at once', async () => {
  const heard = await listen();
  await page.post('/api/session/sign-out', {});
  await settled();
  expect(heard.ended).toBe(true);
});

test('a stream ends within a beat of its account being disabled, and when the session is idle', async () => {
  const heard = await listen();
  await node.clock.advance(BEAT_MS);
  expect(heard).toEqual({ text: ': open\n\n: beat\n\n', ended: false });
  await node.store.decide((tx) => disableAccount(tx, 'wang', '调离'));
  await node.clock.advance(BEAT_MS);
  expect(heard.ended).toBe(true);
});

test('an open stream does not keep the session alive', async () => {
  const heard = await listen();
  await node.clock.advance(SESSION_IDLE_MS + BEAT_MS);
  expect(heard.ended).toBe(true);
});

test('a stream ends when the server stops, and no new one begins', async () => {
  const heard = await listen();
  node.settings.events.close();
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
  for (let news = 0; news < 200; news++) node.settings.events.publish('notice');
  expect((await page.get('/api/events')).status).toBe(200);
});
