import { afterAll, beforeAll, expect, test } from 'vitest';
import { browser } from '../../deploy/demo/browser.ts';
import { openToyNode } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { taskEndpoints } from '../jobs/business.ts';
import { openApp } from './app.ts';
import { openMetrics } from './metrics.ts';

let node: ToyNode;
beforeAll(async () => {
  node = await openToyNode({ endpoints: () => taskEndpoints });
});
afterAll(() => node.close());

interface Operation {
  summary: string;
  security: object[];
  parameters?: { name: string; required: boolean }[];
  requestBody?: object;
  responses: Record<string, { description: string }>;
}

test('the API document has every endpoint, with its input, output and refusals', async () => {
  const answer = await browser(node.app).get('/api/openapi.json');
  const document = (await answer.json()) as { openapi: string; paths: Record<string, Record<string, Operation>> };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/api/orgs/children',
    '/api/second-factor/confirm',
    '/api/second-factor/remove',
    '/api/second-factor/start',
    '/api/session',
    '/api/session/change-password',
    '/api/session/sign-in',
    '/api/session/sign-out',
    '/api/tasks',
    '/api/tasks/one',
  ]);
  const signIn = document.paths['/api/session/sign-in']?.['post'];
  expect(signIn).toMatchObject({
    summary: '登录',
    security: [],
    requestBody: { content: { 'application/json': { schema: { required: ['account', 'password'] } } } },
  });
  expect(signIn?.responses['401']?.description).toContain('账号或密码错误（sign-in-failed）');
  const task = document.paths['/api/tasks/one']?.['get'];
  expect(task?.parameters).toMatchObject([{ name: 'id', required: true }]);
  expect(task?.security).toEqual([{ session: [] }]);
  expect(document.paths['/api/session/sign-out']?.['post']?.security).toEqual([{ session: [], csrf: [] }]);
});

test('the API page is HTML without scripts, and lists the same', async () => {
  const answer = await browser(node.app).get('/api/docs');
  const html = await answer.text();
  expect(answer.headers.get('content-type')).toContain('text/html');
  expect(html).toContain('<h2>修改密码 <code>POST /api/session/change-password</code></h2>');
  expect(html).not.toMatch(/<script|https?:\/\/(?!json-schema)/);
});

test('health, readiness and metrics answer without a session; requests are counted by endpoint', async () => {
  expect(await (await node.app.request('/health')).text()).toBe('ok');
  expect((await node.app.request('/ready')).status).toBe(200);
  await browser(node.app).get('/api/session');
  await browser(node.app).get('/api/2137000001');
  const text = await (await node.app.request('/metrics')).text();
  expect(text).toContain('request_seconds_count{node="p-37",method="GET",route="/api/session",status="401"} 1');
  expect(text).toMatch(/route="other",status="404"/);
  expect(text).not.toContain('2137000001');
});

test('a node that is not ready says so', async () => {
  const app = openApp(node, node.settings, openMetrics('p-37'), async () => 'starting');
  expect((await app.request('/ready')).status).toBe(503);
  expect((await app.request('/health')).status).toBe(200);
});
