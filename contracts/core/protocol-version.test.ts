import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { MessageBody, Envelope } from './envelope.ts';
import type { MessageKind } from './message.ts';
import { PROTOCOL_VERSIONS } from './protocol-version.ts';
import { DirectoryDocument } from '../link.ts';

const contracts = new URL('..', import.meta.url);

function isKind(value: unknown): value is MessageKind {
  return typeof value === 'object' && value !== null && 'kind' in value && 'schema' in value && 'item' in value;
}

/** Every message kind that any contract exports. */
async function allKinds(): Promise<MessageKind[]> {
  const files = readdirSync(contracts, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const modules = await Promise.all(sources.map((file) => import(new URL(file, contracts).href) as Promise<object>));
  const kinds = modules.flatMap((module) => Object.values(module)).filter(isKind);
  return [...new Set(kinds)].sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

function hashOf(kinds: readonly MessageKind[]): string {
  const schemas = kinds.map(({ kind, schema, confidential, item }) => [
    kind,
    schema,
    confidential,
    z.toJSONSchema(item),
  ]);
  const frame = [Envelope, MessageBody, DirectoryDocument].map((schema) => z.toJSONSchema(schema));
  return createHash('sha256')
    .update(JSON.stringify([frame, schemas]))
    .digest('hex');
}

test('what nodes say to each other changes only together with PROTOCOL_VERSIONS', async () => {
  expect(hashOf(await allKinds())).toBe(PROTOCOL_VERSIONS.at(-1)?.hash);
});

test('versions rise by one', () => {
  expect(PROTOCOL_VERSIONS.map(({ version }) => version)).toEqual(PROTOCOL_VERSIONS.map((_, index) => index + 1));
});

test('every kind is said by one contract only', async () => {
  const names = (await allKinds()).map(({ kind }) => kind);
  expect(names).toEqual([...new Set(names)]);
  expect(names).toContain('identity.claim');
  expect(names).toContain('link.hello');
});

test('a field more, or one that became confidential, is a change', async () => {
  const kinds = await allKinds();
  const [first, ...others] = kinds as [MessageKind, ...MessageKind[]];
  const longer = { ...first, item: z.object({ added: z.string().optional() }) };
  const secret = { ...first, confidential: !first.confidential };
  const hashes = [kinds, [longer, ...others], [secret, ...others], others].map(hashOf);
  expect(new Set(hashes).size).toBe(4);
});
