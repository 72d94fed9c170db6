import { expect, test } from 'vitest';
import { NodeSettings, readConfig } from './config.ts';

const environment = { XUEJI_DATA_FOLDER: '/d', XUEJI_PORT: '7000', XUEJI_MASTER_SECRET: 'ab'.repeat(32) };
const read = (more: Record<string, string>) => readConfig(NodeSettings, [], { ...environment, ...more });

test('every setting can be given as a variable, lists with commas', () => {
  const settings = read({ XUEJI_HTTPS: 'true', XUEJI_ORIGINS: 'https://a.example,https://b.example' });
  expect(settings).toMatchObject({ port: 7000, https: true, origins: ['https://a.example', 'https://b.example'] });
  expect(read({}).origins).toEqual([]);
});

test('an unknown variable stops the program and is named; a wrong secret is not shown', () => {
  expect(() => read({ XUEJI_PROT: '1' })).toThrow('unknown variable XUEJI_PROT');
  expect(() => read({ XUEJI_MASTER_SECRET: 'topsecret' })).toThrow(/masterSecret/);
  expect(() => read({ XUEJI_MASTER_SECRET: 'topsecret' })).not.toThrow(/topsecret/);
});
