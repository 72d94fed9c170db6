import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tidyRules } from './tidy.ts';
import type { SourceFile } from './tidy.ts';

const root = join(import.meta.dirname, '..');
const folders = ['contracts', 'shared', 'central', 'province-node', 'deploy', 'tests'];
const files: SourceFile[] = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path}`)
      .filter((path) => /\.(ts|tsx)$/.test(path))
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  )
  .filter(({ path }) => path !== 'tests/tidy.ts');

describe('the project keeps the rules of the house', () => {
  test.each(tidyRules.map((rule) => [rule.name, rule] as const))('%s', (_name, rule) => {
    expect(rule.check(files)).toEqual([]);
  });

  test.each(tidyRules.flatMap((rule) => rule.planted.map((planted) => [rule.name, planted, rule] as const)))(
    'a planted offence is found: %s (%o)',
    (_name, planted, rule) => {
      expect(rule.check([...files, planted]).length).toBeGreaterThan(rule.check(files).length);
    },
  );

  test('every vector file is read by a test', () => {
    const vectors = folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((path) =>
        /vectors\/.+\.txt$/.test(path),
      ),
    );
    const tests = files.filter(({ path }) => path.endsWith('.test.ts'));
    expect(vectors.length).toBeGreaterThan(0);
    expect(vectors.filter((path) => !tests.some(({ text }) => text.includes(path.split('/').at(-1)!)))).toEqual([]);
  });
});
