import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../contracts/core/endpoint.ts';
import { dumpSchema } from '../shared/db/migrate.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { openWorld } from './world/world.ts';
import type { World } from './world/world.ts';

const root = join(import.meta.dirname, '..');
let world: World;
beforeAll(async () => {
  world = await openWorld(['37']);
}, 60_000);
afterAll(() => world.stop());

async function declaredEndpoints(): Promise<Endpoint[]> {
  const files = readdirSync(join(root, 'contracts')).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const modules = await Promise.all(files.map((file) => import(join(root, 'contracts', file)) as Promise<object>));
  return modules.flatMap((module) => Object.values(module)).filter(isEndpoint);
}

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'path' in value && 'method' in value && 'access' in value;
}

describe('contracts and nodes agree', () => {
  test('every endpoint of the contracts is served by the hub or by the province node', async () => {
    const served = [...world.hub.served, ...world.province('37').served].map(({ endpoint }) => endpoint as unknown);
    const missing = (await declaredEndpoints()).filter((endpoint) => !served.includes(endpoint));
    expect(missing.map(({ path }) => path)).toEqual([]);
  });

  test.each(['central', 'province-node'])('the dumped schema of %s is what its migrations make', async (node) => {
    const db = node === 'central' ? world.hub.context.store.read : world.province('37').context.store.read;
    const file = join(root, node, 'schema.sql');
    const schema = await dumpSchema(db as never);
    if (process.env.UPDATE_SCHEMA === '1') writeFileSync(file, schema);
    expect(readFileSync(file, 'utf8')).toBe(schema);
  });
});
