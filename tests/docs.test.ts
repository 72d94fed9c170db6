import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { HubSettings } from '../central/config.ts';
import { messageKindTitles } from '../contracts/message-kinds.ts';
import { ProvinceSettings } from '../province-node/config.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const decisions = readdirSync(join(root, 'docs/decisions')).map((file) => `docs/decisions/${file}`);
const documents = ['README.md', 'docs/ARCHITECTURE.md', 'docs/OPERATIONS.md', 'docs/PROTOCOL.md', ...decisions];
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);

/** Code and text of a table, without the spaces that the formatter adds. */
const plain = (text: string): string => text.replace(/ +/g, ' ');

/** Settings of the programs that the page does not have as a row with variable, default and the schema's own words. */
function missingSettings(page: string): string[] {
  const rows = plain(page).split('\n');
  const all = { ...HubSettings.shape, ...ProvinceSettings.shape } as Record<string, z.ZodType>;
  return Object.entries(all).flatMap(([setting, schema]) => {
    const variable = `XUEJI_${setting.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
    const row = rows.find((line) => line.startsWith(`| \`${setting}\` | \`${variable}\` |`));
    const told = schema.description;
    return row && told && row.includes(`| ${defaultOf(schema)} | ${told}`) ? [] : [setting];
  });
}

function defaultOf(schema: z.ZodType): string {
  const { success, data } = schema.safeParse(undefined);
  if (!success) return 'required';
  return data === '' ? 'empty' : `\`${typeof data === 'string' ? data : JSON.stringify(data)}\``;
}

/** Rows of settings that no program has. */
function strangeSettings(page: string): string[] {
  const named = [...page.matchAll(/^\| `(\w+)` +\| `XUEJI_/gm)].map((match) => match[1]!);
  return named.filter((name) => !(name in HubSettings.shape) && !(name in ProvinceSettings.shape));
}

/** `npm run` in a text that package.json does not have. */
function strangeCommands(text: string): string[] {
  const said = [...text.matchAll(/\bnpm run (?:--silent )?([a-z-]+)/g)].map((match) => match[1]!);
  return said.filter((name) => !scripts.includes(name));
}

/** Scripts of package.json that a text does not tell how to run. */
function missingCommands(text: string, wanted: readonly string[]): string[] {
  return wanted.filter((name) => !new RegExp(`npm (run (--silent )?)?${name}\\b`).test(text));
}

function missingKinds(page: string): string[] {
  return Object.keys(messageKindTitles).filter((kind) => !page.includes(`\`${kind}\``));
}

/** Links to files that are not there, and to headings that the file does not have. */
function brokenLinks(path: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', heading] = link.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(root, target))) return true;
    const slugs = target.endsWith('.md') ? (target === path ? text : read(target)).matchAll(/^#+ (.+)$/gm) : [];
    return heading !== undefined && ![...slugs].some((match) => slugOf(match[1]!) === heading);
  });
}

const slugOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replace(/ /g, '-');

describe('what is written for people is true', () => {
  test('every setting is on the operations page with its variable, its default and its own description', () => {
    const page = read('docs/OPERATIONS.md');
    expect(missingSettings(page)).toEqual([]);
    expect(strangeSettings(page)).toEqual([]);
  });

  test('every command is in the README, and those of one node on the operations page', () => {
    expect(missingCommands(read('README.md'), scripts)).toEqual([]);
    expect(
      missingCommands(read('docs/OPERATIONS.md'), [
        'build',
        'hub',
        'province',
        'setup',
        'keys',
        'backup',
        'verify-log',
      ]),
    ).toEqual([]);
  });

  test.each(documents)('%s names only commands that there are, and links only to what is there', (path) => {
    const text = read(path);
    expect(strangeCommands(text)).toEqual([]);
    expect(brokenLinks(path, text)).toEqual([]);
  });

  test('every kind of message is in the protocol', () => {
    expect(missingKinds(read('docs/PROTOCOL.md'))).toEqual([]);
  });
});

describe('the check finds', () => {
  const page = read('docs/OPERATIONS.md');

  test('a setting without a row, and one whose default or description changed', () => {
    expect(missingSettings(page.replace(/^\| `webFolder`.*$/m, ''))).toEqual(['webFolder']);
    expect(missingSettings(page.replace('`127.0.0.1`', '`0.0.0.0`'))).toEqual(['host']);
    expect(missingSettings(page.replace('Broker user.', 'Somebody.'))).toEqual(['natsUser']);
    expect(strangeSettings(`${page}\n| \`colour\` | \`XUEJI_COLOUR\` |`)).toEqual(['colour']);
  });

  test('a command that is not told, or that does not exist', () => {
    expect(missingCommands('npm start, npm run keys', ['start', 'keys', 'hub'])).toEqual(['hub']);
    expect(strangeCommands('npm run keys, then npm run --silent celebrate')).toEqual(['celebrate']);
  });

  test('a kind of message that the protocol does not name', () => {
    expect(missingKinds(read('docs/PROTOCOL.md').replaceAll('`link.digest`', ''))).toEqual(['link.digest']);
  });

  test('a link to nowhere', () => {
    const text = '# Here\n[a](#here) [b](#there) [c](decisions/none.md) [d](ARCHITECTURE.md) [e](PROTOCOL.md#none)';
    expect(brokenLinks('docs/OPERATIONS.md', text)).toEqual(['#there', 'decisions/none.md', 'PROTOCOL.md#none']);
  });
});
