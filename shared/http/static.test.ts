import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { endpoint } from '../../contracts/core/endpoint.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { servePublic } from './serve.ts';
import { listen } from './server.ts';
import type { Listening } from './server.ts';
import { mountStatic } from './static.ts';

let node: ToyNode;
let folder: string;
let server: Listening;
let address: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xueji-web-'));
  mkdirSync(join(folder, 'web/assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'web/index.html'), '<title>学籍</title>');
  writeFileSync(join(folder, 'web/favicon.svg'), '<svg/>');
  writeFileSync(join(folder, 'web/assets/main-1a2b.js'), 'let a;');
  writeFileSync(join(folder, 'web/assets/main-1a2b.js.gz'), gzipSync('let a;'));
  node = await openToyNode();
  await node.addAccount('wang', 'bureau-registrar', '370102');
  mountStatic(node.app, join(folder, 'web'));
  server = await listen(node.app, { port: 0, host: '127.0.0.1', clock: node.clock });
  address = `http://127.0.0.1:${server.port}`;
});
afterAll(async () => {
  await node.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The path as it is: fetch would tidy it up. */
function rawGet(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; headers: object }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${address}`, { path, headers }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers }));
    });
    asked.on('error', reject).end();
  });
}

describe('the built pages', () => {
  test('hashed files are kept for ever, compressed when the browser can', async () => {
    const plain = await rawGet('/assets/main-1a2b.js');
    expect(plain).toMatchObject({
      status: 200,
      body: 'let a;',
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
      },
    });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    const packed = await fetch(`${address}/assets/main-1a2b.js`, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(await packed.text()).toBe('let a;');
  });

  test('every other address is the page itself, never kept', async () => {
    for (const path of ['/', '/students/17?tab=a', '/index.html']) {
      const answer = await rawGet(path);
      expect(answer).toMatchObject({
        status: 200,
        body: '<title>学籍</title>',
        headers: { 'cache-control': 'no-store' },
      });
      expect(answer.headers).toHaveProperty('content-security-policy');
    }
    expect((await rawGet('/favicon.svg')).body).toBe('<svg/>');
  });

  test('a file that a newer build replaced is not found, nor is an unknown API', async () => {
    expect((await rawGet('/assets/main-old.js')).status).toBe(404);
    expect((await rawGet('/api/nothing')).status).toBe(404);
  });

  test('A55 no path leads out of the folder', async () => {
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '//secret.txt',
    ]) {
      expect((await rawGet(path)).body).not.toContain('secret');
    }
  });
});

describe('the server', () => {
  test('knows the address of the caller, for the audit log', async () => {
    const answer = await fetch(`${address}/api/session/sign-in`, {
      method: 'POST',
      headers: { origin: address, 'content-type': 'application/json', 'x-forwarded-for': '10.9.8.7' },
      body: JSON.stringify({ account: 'wang', password: PASSWORD }),
    });
    expect(answer.status).toBe(200);
    const [entry] = await node.store.read.selectFrom('audit_entry').select('ip').execute();
    expect(entry?.ip).toBe('127.0.0.1');
  });

  test('A57 refuses headers over 16 KB', async () => {
    expect((await rawGet('/health', { 'x-long': 'x'.repeat(20_000) })).status).toBe(431);
  });

  test('refuses a port that is taken', async () => {
    await expect(listen(node.app, { port: server.port, host: '127.0.0.1', clock: node.clock })).rejects.toThrow(
      'EADDRINUSE',
    );
  });

  test('stops with event streams open, once they are ended, and takes no new connection', async () => {
    const signedIn = await fetch(`${address}/api/session/sign-in`, {
      method: 'POST',
      headers: { origin: address, 'content-type': 'application/json' },
      body: JSON.stringify({ account: 'wang', password: PASSWORD }),
    });
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const stream = await fetch(`${address}/api/events`, { headers: { cookie } });
    expect(stream.status).toBe(200);
    const read = stream.text();
    node.events.close();
    await server.close();
    expect(await read).toBe(': open\n\n');
    await expect(fetch(`${address}/health`)).rejects.toThrow();
  });

  test('cuts off what is still under way ten seconds after it was told to stop', async () => {
    const input = z.object({});
    const access = 'public';
    const never = endpoint({ method: 'get', path: '/api/never', title: '不答', access, input, output: input });
    const stuck = await openToyNode({ endpoints: () => [servePublic(never, () => new Promise(() => undefined))] });
    const other = await listen(stuck.app, { port: 0, host: '127.0.0.1', clock: stuck.clock });
    const asked = fetch(`http://127.0.0.1:${other.port}/api/never`);
    const cutOff = expect(asked).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = other.close();
    await stuck.clock.advance(10_000);
    await closed;
    await cutOff;
    await stuck.close();
  });
});
