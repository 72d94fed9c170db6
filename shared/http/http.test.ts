import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { endpoint } from '../../contracts/core/endpoint.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { browser } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyDb, ToyNode } from '../../tests/http/toy-node.ts';
import { contentDisposition } from './download.ts';
import { HANDLER_MS_MAX, mountEndpoints } from './mount.ts';
import { serve, serveDownload } from './serve.ts';
import type { Call, HttpContext } from './serve.ts';

const access = { roles: ['bureau-registrar'], reach: 'self' } as const;
const leak = endpoint({
  method: 'get',
  path: '/api/leak',
  title: '泄漏',
  access,
  audited: true,
  input: z.object({}),
  output: z.object({ name: z.string() }),
});
const rename = endpoint({
  method: 'post',
  path: '/api/rename',
  title: '改名',
  access,
  input: z.object({ name: z.string(), fail: z.enum(['problem', 'defect', 'undeclared']).optional() }),
  output: z.object({}),
  problems: ['illegal-move'],
});
const heads = endpoint({ ...leak, path: '/api/heads', access: { roles: ['school-head'], reach: 'self' } });
const fetchFile = endpoint({
  kind: 'download',
  method: 'get',
  path: '/api/file',
  title: '下载',
  access,
  input: z.object({ name: z.string() }),
  output: z.unknown(),
});
const slow = endpoint({ ...leak, path: '/api/slow', audited: false });

const endpoints = [
  serve(leak, async () => ({ name: 'x', passwordHash: 'secret' })),
  serve(heads, async () => ({ name: 'x' })),
  serve(slow, () => new Promise<never>(() => undefined)),
  serve(rename, (_: HttpContext, call: Call<ToyDb>, { name, fail }) =>
    call.decide(async (tx, note) => {
      await tx.updateTable('org').set({ name }).where('id', '=', '370102').execute();
      note('370102', `改为${name}`);
      if (fail === 'problem') throw new Problem('illegal-move', '正在办理');
      if (fail === 'undeclared') throw new Problem('identity-held');
      if (fail === 'defect') throw new Error('secret detail of the inside');
      return {};
    }),
  ),
  serveDownload(fetchFile, async (_: HttpContext, _call: Call<ToyDb>, { name }) => ({
    fileName: name,
    contentType: 'text/html',
    body: new TextEncoder().encode('<b>内容</b>'),
  })),
];

let node: ToyNode;
let page: Browser;
let logged: string[];
beforeEach(async () => {
  logged = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
  node = await openToyNode({ endpoints: () => endpoints, log });
  await node.addAccount('wang', 'bureau-registrar', '370102');
  page = browser(node.app);
  await page.signIn('wang', PASSWORD);
});
afterEach(() => node.close());

const bodyOf = async (answer: Response): Promise<Record<string, unknown>> =>
  (await answer.json()) as Record<string, unknown>;
const orgName = async (): Promise<string> =>
  (await node.store.read.selectFrom('org').select('name').where('id', '=', '370102').executeTakeFirstOrThrow()).name;
const audit = () => node.store.read.selectFrom('audit_entry').selectAll().orderBy('position').execute();

describe('the gate', () => {
  test('who is not signed in gets 401, whose role may not 403', async () => {
    expect((await browser(node.app).get('/api/leak')).status).toBe(401);
    expect(await bodyOf(await page.get('/api/heads'))).toMatchObject({ status: 403, type: '/problems/not-allowed' });
  });

  test('A25 a write without the CSRF token, or with another, is refused', async () => {
    for (const token of ['', 'x', `${page.csrfToken}x`, page.csrfToken.toLowerCase()]) {
      const answer = await page.post('/api/rename', { name: '新名' }, { 'x-csrf-token': token });
      expect(await bodyOf(answer)).toMatchObject({ status: 403, type: '/problems/cross-site-request' });
    }
    expect(await orgName()).toBe('历下区');
    expect((await page.post('/api/rename', { name: '新名' })).status).toBe(200);
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['the same name on another port', { origin: 'http://localhost:8080' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['what the browser calls cross-site', { origin: 'http://localhost', 'sec-fetch-site': 'cross-site' }],
    ['a sister host', { origin: 'http://localhost', 'sec-fetch-site': 'same-site' }],
    ['nowhere', { origin: undefined as unknown as string }],
  ])('A25 a write from %s is refused, the sign-in too', async (_, headers) => {
    const answer = await node.app.request('http://localhost/api/session/sign-in', {
      method: 'POST',
      headers: Object.fromEntries(
        Object.entries({ 'content-type': 'application/json', ...headers }).filter(([, value]) => value !== undefined),
      ),
      body: JSON.stringify({ account: 'wang', password: PASSWORD }),
    });
    expect(await bodyOf(answer)).toMatchObject({ status: 403, type: '/problems/cross-site-request' });
  });

  test('A25 configured addresses are the only ones, whatever Host says', async () => {
    const other = await openToyNode({ settings: { origins: ['https://xueji.example'] } });
    const from = async (origin: string): Promise<number> =>
      (await browser(other.app).post('/api/session/sign-in', { account: 'a', password: 'b' }, { origin })).status;
    expect(await from('http://localhost')).toBe(403);
    expect(await from('https://xueji.example')).toBe(401);
    await other.close();
  });

  test('every answer has the headers that keep it ours, also a refusal', async () => {
    for (const answer of [
      await page.get('/api/leak'),
      await page.get('/api/nothing'),
      await node.app.request('/health'),
    ]) {
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
      expect(answer.headers.get('referrer-policy')).toBe('same-origin');
      expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    }
    expect((await page.get('/api/leak')).headers.get('cache-control')).toBe('no-store');
    expect((await page.get('/api/nothing')).headers.get('cache-control')).toBe('no-store');
  });

  test('an endpoint that is mounted twice is refused', () => {
    expect(() => mountEndpoints(node.app, node, [endpoints[0]!], node.settings)).toThrow(
      'GET /api/leak is mounted twice',
    );
  });

  test('a handler that does not answer is given up on after a minute', async () => {
    const answer = page.get('/api/slow');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await node.clock.advance(HANDLER_MS_MAX);
    expect(await bodyOf(await answer)).toMatchObject({ status: 503, type: '/problems/busy' });
  });
});

describe('output', () => {
  test('what the contract does not name does not leave', async () => {
    expect(await bodyOf(await page.get('/api/leak'))).toEqual({ name: 'x' });
  });

  test('A55 a download is never shown in the page and keeps its Chinese name', async () => {
    const answer = await page.get('/api/file', { name: '名单 "a"\r\nX: y.xlsx' });
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="download.xlsx"; filename*=UTF-8''%E5%90%8D%E5%8D%95%20%22a%22%0D%0AX%3A%20y.xlsx`,
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toBe('<b>内容</b>');
    expect(contentDisposition('\uD800(1).html')).toBe(
      `attachment; filename="download.html"; filename*=UTF-8''%281%29.html`,
    );
  });

  test('a defect says nothing of the inside, and the log has all of it under the request id', async () => {
    const answer = await page.post('/api/rename', { name: '新名', fail: 'defect' });
    const body = await bodyOf(answer);
    expect(body).toMatchObject({ status: 500, type: '/problems/defect' });
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('secret detail of the inside');
    expect(logged[0]).toContain(String(body['requestId']));
    expect(logged[0]).toContain('http.test.ts');
  });

  test('in tests, a problem that the endpoint does not name is a defect', async () => {
    expect((await page.post('/api/rename', { name: '新名', fail: 'undeclared' })).status).toBe(500);
    expect((await page.post('/api/rename', { name: '新名', fail: 'problem' })).status).toBe(409);
  });
});

describe('audit', () => {
  test('a write leaves its entry in the same transaction; what fails leaves neither', async () => {
    for (const fail of ['problem', 'defect']) await page.post('/api/rename', { name: '新名', fail });
    expect(await orgName()).toBe('历下区');
    expect((await audit()).filter(({ action }) => action === '/api/rename')).toEqual([]);
    const answer = await page.post('/api/rename', { name: '新名' });
    expect((await audit()).at(-1)).toMatchObject({
      at: '2026-09-01T00:00:00.000Z',
      account: 'wang',
      orgId: '370102',
      orgPath: '370000/370100/370102/',
      action: '/api/rename',
      title: '改名',
      subject: '370102',
      summary: '改为新名',
      requestId: answer.headers.get('x-request-id'),
    });
  });

  test('behind our proxy the address is the one that the proxy saw, not what the caller claims', async () => {
    for (const [behindProxy, ip] of [
      [true, '10.0.0.9'],
      [false, ''],
    ] as const) {
      const other = await openToyNode({ settings: { behindProxy } });
      const headers = { 'x-forwarded-for': '1.1.1.1, 10.0.0.9' };
      await browser(other.app).post('/api/session/sign-in', { account: 'a', password: 'b' }, headers);
      const entries = await other.store.read.selectFrom('audit_entry').select('ip').execute();
      expect(entries).toEqual([{ ip }]);
      await other.close();
    }
  });

  test('a bulk read leaves one too', async () => {
    await page.get('/api/leak');
    expect((await audit()).at(-1)).toMatchObject({ account: 'wang', action: '/api/leak', title: '泄漏' });
  });
});
