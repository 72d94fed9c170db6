import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listTasks } from '../../contracts/task.ts';
import { call } from './api.ts';
import { connectionFound, isConnectionLost } from './connection.ts';

beforeEach(() => connectionFound());
afterEach(() => void vi.unstubAllGlobals());

const answering = (answer: () => Response | Promise<Response>) => vi.stubGlobal('fetch', async () => answer());
const asked = (signal?: AbortSignal): Promise<unknown> => call(listTasks, {}, signal).catch((error: unknown) => error);

test('a request without an answer loses the connection, and any answer of the node finds it again', async () => {
  answering(() => Promise.reject(new TypeError('Failed to fetch')));
  expect(await asked()).toMatchObject({ code: 'network-down' });
  expect(isConnectionLost()).toBe(true);
  answering(() => Response.json({ type: '/problems/busy', title: '系统繁忙', status: 503 }, { status: 503 }));
  expect(await asked()).toMatchObject({ code: 'busy' });
  expect(isConnectionLost()).toBe(false);
});

test('the answer of a proxy in its place, and one that breaks off, lose it as well', async () => {
  answering(() => new Response('<html>', { status: 502 }));
  expect(await asked()).toMatchObject({ code: 'network-down' });
  expect(isConnectionLost()).toBe(true);
  connectionFound();
  answering(() => new Response('{"tasks":['));
  expect(await asked()).toMatchObject({ code: 'network-down' });
  expect(isConnectionLost()).toBe(true);
});

test('what the page itself gives up, before or within the answer, says nothing of the connection', async () => {
  for (const when of ['before', 'within'] as const) {
    const given = new AbortController();
    const giveUp = (): never => {
      given.abort();
      throw new DOMException('given up', 'AbortError');
    };
    answering(() => (when === 'before' ? giveUp() : Object.assign(new Response('{}'), { json: async () => giveUp() })));
    expect(await asked(given.signal)).toMatchObject({ name: 'AbortError' });
    expect(isConnectionLost(), when).toBe(false);
  }
});
