import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Reads without which the page still says all that it is for. */
const besides: Readonly<Record<string, string>> = {
  'central/web/menu-counts.ts': 'the menu without its counts',
  'province-node/web/menu-counts.ts': 'the menu without its counts',
  'province-node/web/draft-reminders.ts': 'the drafts’ own list tells it',
  'province-node/registration/web/WaitingPupils.tsx': 'the name in the title; the list tells it',
};

const pages = ['shared', 'central', 'province-node']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter((name) => /\/web\/.*\.tsx?$/.test(name) && !name.includes('.test.'));

/** Whoever reads shows what happened instead, with 重试: `QueryTable` and `ApplicationDetail` do it for most. */
test('every page that reads says what happens when the read fails', () => {
  const silent = pages.filter((name) => {
    const code = readFileSync(join(root, name), 'utf8');
    const reads = /\buse(Read|Query|InfiniteQuery)(<[^(]*>)?\(/.test(
      code.replace(/export function useRead[\s\S]*?\n}/, ''),
    );
    return reads && !/hasFailed\(|\bisError\b|\berror\b/.test(code);
  });
  expect(silent.map((name) => relative(root, join(root, name))).toSorted()).toEqual(Object.keys(besides).toSorted());
});

/** With `Unread` below it. */
test('a page keeps its title while it reads, and when the read fails', () => {
  const bare = pages.filter((name) => {
    const code = readFileSync(join(root, name), 'utf8');
    const bodies = code.match(/export function \w+Page\([\s\S]*?\n}\n/g) ?? [];
    return bodies.some((body) => /return <(Skeleton|ErrorView|Unread)\b/.test(body));
  });
  expect(bare).toEqual([]);
});
