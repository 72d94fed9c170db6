import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { endpoint } from '../../contracts/core/endpoint.ts';
import { browser } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyDb, ToyNode } from '../../tests/http/toy-node.ts';
import { UPLOAD_BYTES_MAX } from './read-input.ts';
import { serve, serveUpload } from './serve.ts';
import type { Call, HttpContext } from './serve.ts';

const access = { roles: ['bureau-registrar'], reach: 'self' } as const;
const echoInput = z.object({
  name: z.string().min(1).max(5),
  sex: z.enum(['male', 'female']),
  count: z.int().max(9).optional(),
  born: z.iso.date().optional(),
  tags: z.array(z.string()).max(2).optional(),
  nested: z.array(z.object({ code: z.string().regex(/^\d+$/, '须为数字') })).optional(),
});
const echo = endpoint({
  method: 'post',
  path: '/api/echo',
  title: '回显',
  access,
  input: echoInput,
  output: echoInput,
});
const search = endpoint({
  method: 'get',
  path: '/api/search',
  title: '查询',
  access,
  input: z.object({
    size: z.int().default(20),
    late: z.boolean().optional(),
    ids: z.array(z.int()).optional(),
    q: z.string().optional(),
  }),
  output: z.unknown(),
});
const put = endpoint({
  kind: 'upload',
  method: 'post',
  path: '/api/put',
  title: '上传',
  access,
  input: z.object({ kind: z.string() }),
  output: z.object({ kind: z.string(), fileName: z.string(), bytes: z.int() }),
});

const endpoints = [
  serve(echo, async (_: HttpContext, _call: Call<ToyDb>, input) => input),
  serve(search, async (_: HttpContext, _call: Call<ToyDb>, input) => input),
  serveUpload(put, async (_: HttpContext, _call: Call<ToyDb>, { kind, file, fileName }) => ({
    kind,
    fileName,
    bytes: file.length,
  })),
];

let node: ToyNode;
let page: Browser;
beforeEach(async () => {
  node = await openToyNode({ endpoints: () => endpoints });
  await node.addAccount('wang', 'bureau-registrar', '370102');
  page = browser(node.app);
  await page.signIn('wang', PASSWORD);
});
afterEach(() => node.close());

const bodyOf = async (answer: Response): Promise<Record<string, unknown>> =>
  (await answer.json()) as Record<string, unknown>;

test('every fault is told in Chinese, with a pointer to its field', async () => {
  const answer = await page.post('/api/echo', {
    name: '名字太长太长太长',
    count: 10,
    born: '2026-13-01',
    tags: ['a', 'b', 'c'],
    nested: [{ code: '1' }, { code: 'x' }],
  });
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await bodyOf(answer)).toMatchObject({
    type: '/problems/invalid-input',
    status: 422,
    title: '填写的内容有误',
    errors: [
      { pointer: '/name', detail: '最多 5 个字符' },
      { pointer: '/sex', detail: '必填' },
      { pointer: '/count', detail: '不能大于 9' },
      { pointer: '/born', detail: '应为日期，例如 2026-09-01' },
      { pointer: '/tags', detail: '最多 2 项' },
      { pointer: '/nested/1/code', detail: '须为数字' },
    ],
  });
  const second = await page.post('/api/echo', { name: 5, sex: 'other', count: 1.5, tags: 'a' });
  expect((await bodyOf(second))['errors']).toEqual([
    { pointer: '/name', detail: '应为文字' },
    { pointer: '/sex', detail: '不在可选范围内' },
    { pointer: '/count', detail: '应为整数' },
    { pointer: '/tags', detail: '应为列表' },
  ]);
  const empty = await page.post('/api/echo', { name: '', sex: '' });
  expect((await bodyOf(empty))['errors']).toEqual([
    { pointer: '/name', detail: '必填' },
    { pointer: '/sex', detail: '必填' },
  ]);
});

test('A54 what is not declared is not passed on, prototypes least of all', async () => {
  const body = '{"name":"a","sex":"male","admin":true,"__proto__":{"admin":true},"constructor":{"x":1}}';
  expect(await bodyOf(await page.post('/api/echo', body))).toEqual({ name: 'a', sex: 'male' });
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
});

test('a body that is not JSON, or not UTF-8, or not called JSON, is refused', async () => {
  expect((await page.post('/api/echo', '{"name":')).status).toBe(422);
  const latin1 = Buffer.from('{"name":"\xe9","sex":"male"}', 'latin1');
  expect((await page.post('/api/echo', latin1)).status).toBe(422);
  const answer = await page.post('/api/echo', '{}', { 'content-type': 'text/plain' });
  expect((await bodyOf(answer))['errors']).toEqual([
    { pointer: '', detail: '请求内容应为 JSON（Content-Type: application/json）' },
  ]);
});

test('query parameters become what is declared; one for a list is a list of one; an empty one is absent', async () => {
  expect(await bodyOf(await page.get('/api/search', { size: '5', late: 'true', ids: '7', q: '' }))).toEqual({
    size: 5,
    late: true,
    ids: [7],
  });
  expect(await bodyOf(await page.get('/api/search?ids=7&ids=8&__proto__=1'))).toEqual({ size: 20, ids: [7, 8] });
  expect((await page.get('/api/search', { size: 'many' })).status).toBe(422);
  expect((await page.get('/api/search', { late: '1' })).status).toBe(422);
});

test('A57 a parameter given twice is refused', async () => {
  expect((await bodyOf(await page.get('/api/search?q=a&q=b')))['errors']).toEqual([
    { pointer: '/q', detail: '只能给出一个值' },
  ]);
});

test('a body over 1 MB and a file over 20 MB are refused, announced or not', async () => {
  const body = JSON.stringify({ name: 'x'.repeat(1_000_000) });
  expect(await bodyOf(await page.post('/api/echo', body))).toMatchObject({
    status: 413,
    type: '/problems/file-too-large',
  });
  expect((await page.post('/api/echo', '{}', { 'content-length': '1000001' })).status).toBe(413);
  const file = new Uint8Array(UPLOAD_BYTES_MAX + 1);
  expect((await page.upload('/api/put', file, 'a.xlsx', { kind: 'k' })).status).toBe(413);
});

test('A55 an upload comes with its query and a plain file name', async () => {
  const file = new Uint8Array(1_500_000);
  const answer = await page.upload('/api/put', file, '../../etc/学生\u202E名单\r\n.xlsx', { kind: 'k' });
  expect(await bodyOf(answer)).toEqual({ kind: 'k', fileName: '学生名单.xlsx', bytes: 1_500_000 });
  expect((await page.upload('/api/put', new Uint8Array(), 'a.xlsx', { kind: 'k' })).status).toBe(422);
});
