import { z } from 'zod';
import type { Access, Endpoint } from '../../contracts/core/endpoint.ts';
import { problems } from '../../contracts/core/problems.ts';
import type { ProblemCode } from '../../contracts/core/problems.ts';
import { orgLevelTitles } from '../../contracts/orgs/org.ts';
import { roleTitles } from '../../contracts/orgs/roles.ts';

type Json = Record<string, unknown>;

/** OpenAPI 3.1 of the endpoints, from the same objects that mount them. */
export function apiDocument(endpoints: readonly Endpoint[], nodeName: string): Json {
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: operation(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: { title: `学籍系统接口：${nodeName}`, version: '1' },
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'xueji', description: 'https 下名为 __Host-xueji' },
        csrf: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token', description: '写操作须带，取自当前登录' },
      },
    },
  };
}

const problemSchema: Json = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: { type: 'string' }, detail: { type: 'string' } } },
    },
  },
};

function schemaOf(type: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io, unrepresentable: 'any' });
  return schema;
}

function operation(endpoint: Endpoint): Json {
  const { kind, method, access, title, input, output } = endpoint;
  const inQuery = method === 'get' || kind !== 'json';
  const writes = method !== 'get';
  return {
    operationId: endpoint.path.slice('/api/'.length).replaceAll('/', '.'),
    summary: title,
    ...(access === 'public'
      ? { security: [] }
      : {
          description: `可用角色：${rolesOf(access)}`,
          security: [writes ? { session: [], csrf: [] } : { session: [] }],
        }),
    ...(inQuery ? { parameters: parameters(endpoint) } : {}),
    ...(kind === 'upload' ? { requestBody: binary } : {}),
    ...(inQuery ? {} : { requestBody: { content: json(schemaOf(input, 'input')) } }),
    responses: {
      200: { description: '成功', content: kind === 'download' ? binary.content : json(schemaOf(output, 'output')) },
      ...refusals(endpoint),
    },
  };
}

const binary = { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } };

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}

function parameters({ kind, input }: Endpoint): Json[] {
  const { properties = {}, required = [] } = schemaOf(input, 'input') as { properties?: Json; required?: string[] };
  const query = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  const fileName = { name: 'X-File-Name', in: 'header', required: false, schema: { type: 'string' } };
  return kind === 'upload' ? [...query, fileName] : query;
}

/** One response a status, with every problem that has it. */
function refusals({ access, problems: named }: Endpoint): Record<string, Json> {
  const always: ProblemCode[] =
    access === 'public' ? ['invalid-input'] : ['invalid-input', 'not-signed-in', 'not-allowed'];
  const codes = [...new Set([...always, ...named])];
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    codes.map((code) => {
      const same = codes.filter((other) => problems[other].status === problems[code].status);
      const description = same.map((other) => `${problems[other].title}（${other}）`).join('；');
      return [String(problems[code].status), { description, content }];
    }),
  );
}

/** The same as a page: plain HTML, no script. */
export function apiPage(endpoints: readonly Endpoint[], nodeName: string): string {
  const sections = endpoints.toSorted((a, b) => a.path.localeCompare(b.path)).map(section);
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>接口文档：${text(nodeName)}</title>
<style>
body { font: 15px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
section { border-top: 1px solid #ddd; padding: 0.5rem 0; }
h2 { font-size: 1.05rem; margin: 0.5rem 0; }
code, pre { font-family: ui-monospace, monospace; font-size: 13px; }
pre { background: #f6f6f6; padding: 0.6rem; overflow: auto; }
</style>
</head>
<body>
<h1>接口文档：${text(nodeName)}</h1>
<p>机器可读：<a href="/api/openapi.json">openapi.json</a>（OpenAPI 3.1）。错误一律为 <code>application/problem+json</code>。</p>
${sections.join('\n')}
</body>
</html>
`;
}

function rolesOf({ roles, levels }: Exclude<Access, 'public'>): string {
  const titles = roles.map((role) => roleTitles[role]).join('、');
  return levels ? `${titles}（限${levels.map((level) => orgLevelTitles[level]).join('、')}）` : titles;
}

function section(endpoint: Endpoint): string {
  const { method, path, title, access, kind, input, output, problems: named } = endpoint;
  const who = access === 'public' ? '无需登录' : rolesOf(access);
  const shape = (schema: Json): string => `<pre>${text(JSON.stringify(schema, null, 2))}</pre>`;
  const refused = named.map((code) => `${problems[code].title} <code>${code}</code>`).join('；');
  return `<section>
<h2>${text(title)} <code>${method.toUpperCase()} ${text(path)}</code></h2>
<p>可用角色：${text(who)}${refused ? `<br>可能的拒绝：${refused}` : ''}</p>
<details><summary>输入${kind === 'upload' ? '（查询参数；文件为请求内容）' : ''}</summary>${shape(schemaOf(input, 'input'))}</details>
<details><summary>输出</summary>${kind === 'download' ? '<p>文件</p>' : shape(schemaOf(output, 'output'))}</details>
</section>`;
}

function text(plain: string): string {
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
