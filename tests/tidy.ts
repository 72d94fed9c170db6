/** The rules of the house as functions over file texts, so that each can be shown a planted offence. */
export interface SourceFile {
  /** From the root, with slashes: `shared/db/store.ts`. */
  path: string;
  text: string;
}

export interface TidyRule {
  name: string;
  /** Every offence as `path: what`. */
  check(files: readonly SourceFile[]): string[];
  /** Offences that the rule must find: files that are added to the project's own. */
  planted: SourceFile[];
}

const layers: Record<string, readonly string[]> = {
  contracts: [],
  shared: ['contracts'],
  central: ['contracts', 'shared'],
  'province-node': ['contracts', 'shared'],
};

const top = (path: string): string => path.split('/')[0]!;
const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || top(path) === 'tests';
const isPage = (path: string): boolean => path.includes('/web/');
const production = (files: readonly SourceFile[]): SourceFile[] => files.filter(({ path }) => !isTest(path));

/** What a file imports: project files as paths from the root, packages by name. */
export function importsOf({ path, text }: SourceFile): string[] {
  const folder = path.split('/').slice(0, -1);
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
  return specifiers.map((specifier) => {
    if (!specifier.startsWith('.')) return specifier;
    const parts = [...folder];
    for (const part of specifier.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '.') parts.push(part);
    }
    return parts.join('/');
  });
}

function lines(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

const oneWay: TidyRule = {
  name: 'data flows one way: contracts, shared, then central and province-node, which never meet',
  check: (files) =>
    production(files).flatMap((file) => {
      const may = layers[top(file.path)];
      if (!may) return [];
      const known = importsOf(file).filter((to) => top(to) in layers || ['deploy', 'tests'].includes(top(to)));
      return known
        .filter((to) => top(to) !== top(file.path) && !may.includes(top(to)))
        .map((to) => `${file.path}: ${to}`);
    }),
  planted: [
    { path: 'contracts/planted.ts', text: `import { x } from '../shared/log.ts';` },
    { path: 'central/planted.ts', text: `import { x } from '../province-node/schema.ts';` },
    { path: 'shared/planted.ts', text: `import { x } from '../tests/tidy.ts';` },
  ],
};

const pagesStayPages: TidyRule = {
  name: 'pages import contracts, the page kit and libraries, never a server file',
  check: (files) =>
    production(files)
      .filter(({ path }) => isPage(path))
      .flatMap((file) =>
        importsOf(file)
          .filter(
            (to) => to.startsWith('node:') || (top(to) in layers && top(to) !== 'contracts' && !to.includes('/web/')),
          )
          .map((to) => `${file.path}: ${to}`),
      ),
  planted: [{ path: 'province-node/student/web/Planted.tsx', text: `import type { T } from '../table.ts';` }],
};

const contractsArePlain: TidyRule = {
  name: 'contracts run in the browser: no node: import',
  check: (files) =>
    production(files)
      .filter(({ path }) => top(path) === 'contracts')
      .flatMap((file) =>
        importsOf(file)
          .filter((to) => to.startsWith('node:'))
          .map((to) => `${file.path}: ${to}`),
      ),
  planted: [{ path: 'contracts/planted.ts', text: `import { readFileSync } from 'node:fs';` }],
};

/** Where the outside comes in: the sources of time and chance themselves, programs, pages, the demo and the broker link. */
const mayBeAmbient = /^(shared\/(clock|random)\.ts|deploy\/|[^/]+\/main\.ts$)|\/web\/|^shared\/web\//;
const timeAndChance: TidyRule = {
  name: 'time and chance come in through the context',
  check: (files) =>
    lines(
      production(files).filter(({ path }) => !mayBeAmbient.test(path)),
      /\bDate\.now\(|new Date\(\)|Math\.random\(|randomUUID\(|(?<![.\w])set(Timeout|Interval|Immediate)\(/,
    ),
  planted: [
    { path: 'shared/planted.ts', text: 'const now = Date.now();' },
    { path: 'central/planted.ts', text: 'setTimeout(work, 5);' },
  ],
};

const environment: TidyRule = {
  name: 'only programs read the environment',
  check: (files) =>
    lines(
      production(files).filter(({ path }) => !/^deploy\/|\/main\.ts$|^shared\/config\.ts$/.test(path)),
      /\bprocess\.env\b/,
    ),
  planted: [{ path: 'shared/planted.ts', text: 'const level = process.env.LEVEL;' }],
};

const writes =
  /(?:insertInto|updateTable|deleteFrom)\('(\w+)'\)|(?:insertRows|updateRows|insertIgnoring|upsertNewer)\(\s*\w+,\s*'(\w+)'/g;
const tableOwners: TidyRule = {
  name: 'a table is written only by the folder that owns it',
  check(files) {
    const owner = new Map<string, string>();
    const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/');
    for (const { path, text } of production(files).filter((file) => !file.path.includes('/migrations/')))
      for (const [, table] of text.matchAll(/createTable\('(\w+)'\)|create table (?:if not exists )?(\w+)/g))
        if (table) owner.set(`${table}`, folderOf(path));
    return production(files).flatMap(({ path, text }) =>
      [...text.matchAll(writes)].flatMap((match) => {
        const table = match[1] ?? match[2]!;
        const folder = owner.get(table);
        return folder === undefined || folder === folderOf(path) ? [] : [`${path}: ${table} belongs to ${folder}`];
      }),
    );
  },
  planted: [
    { path: 'province-node/student/planted.ts', text: `tx.updateTable('registration').set({})` },
    { path: 'central/node/planted.ts', text: `await insertRows(tx, 'account', [], [])` },
  ],
};

const adapters: readonly [library: string, only: RegExp][] = [
  ['nats', /^shared\/messaging\/nats-link\.ts$/],
  ['hucre', /^never$/],
  ['better-sqlite3', /^shared\/db\//],
  ['sm-crypto-v2', /^shared\/signing\//],
];
const oneAdapter: TidyRule = {
  name: 'a library with a successor, or with traps, is imported in one place',
  check: (files) =>
    production(files).flatMap((file) =>
      adapters
        .filter(([library, only]) => importsOf(file).includes(library) && !only.test(file.path))
        .map(([library]) => `${file.path}: ${library}`),
    ),
  planted: [{ path: 'central/planted.ts', text: `import { connect } from 'nats';` }],
};

const rawHandles: TidyRule = {
  name: 'the raw database handle stays in shared/db',
  check: (files) =>
    lines(
      production(files).filter(({ path }) => !path.startsWith('shared/db/')),
      /\brawHandle\(/,
    ),
  planted: [{ path: 'shared/messaging/planted.ts', text: 'rawHandle(tx).exec(sql)' }],
};

const migrationsListed: TidyRule = {
  name: 'every migration is listed',
  check: (files) =>
    files
      .filter(({ path }) => /\/migrations\/\d{4}-[\w-]+\.ts$/.test(path))
      .flatMap(({ path }) => {
        const [node, , file] = path.split('/');
        const index = files.find((one) => one.path === `${node}/migrations/index.ts`);
        return index?.text.includes(`./${file}`) ? [] : [`${path}: not in index.ts`];
      }),
  planted: [{ path: 'central/migrations/9999-planted.ts', text: '' }],
};

const problemsThrown: TidyRule = {
  name: 'every problem code is given somewhere',
  check(files) {
    const list = files.find(({ path }) => path === 'contracts/core/problems.ts')!;
    const codes = [...list.text.matchAll(/^ {2}'?([a-z-]+)'?: \{ status/gm)].map((match) => match[1]!);
    const planted = files.filter(({ path }) => path === 'contracts/core/planted-codes').map(({ text }) => text);
    const given = production(files).filter(({ path }) => path !== list.path);
    return [...codes, ...planted]
      .filter((code) => code !== 'defect')
      .filter((code) => !given.some(({ text }) => text.includes(`'${code}'`)))
      .map((code) => `contracts/core/problems.ts: ${code}`);
  },
  planted: [{ path: 'contracts/core/planted-codes', text: 'never-given' }],
};

/** What is not worked with in Excel: forms begun, settings, and uploads, which give their marked files back. */
const needNoExport = /\/(Drafts|ParametersPage|ImportPanel)\.tsx$/;
const listsExported: TidyRule = {
  name: 'every list page exports what its conditions select',
  check: (files) =>
    production(files)
      .filter(({ path }) => isPage(path) && !needNoExport.test(path))
      .filter(({ text }) => text.split('<QueryTable\n').length > text.split('exportAs={').length)
      .map(({ path }) => `${path}: a QueryTable without exportAs`),
  planted: [{ path: 'central/node/web/Planted.tsx', text: '<QueryTable\n  endpoint={listNodes}\n/>' }],
};

const fileLengths: TidyRule = {
  name: 'no file over 300 lines, but data',
  check: (files) =>
    files
      .filter(({ path }) => /\.tsx?$/.test(path) && !path.endsWith('.data.ts'))
      .filter(({ text }) => text.split('\n').length > 301)
      .map(({ path, text }) => `${path}: ${text.split('\n').length - 1} lines`),
  planted: [{ path: 'shared/planted.ts', text: '\n'.repeat(400) }],
};

const namesThatSayNothing: TidyRule = {
  name: 'no utils, helpers, common: a helper lives with its user or is a named mechanism',
  check: (files) =>
    files.map(({ path }) => path).filter((path) => /(^|\/)(utils?|helpers?|common|misc|types)(\/|\.tsx?$)/.test(path)),
  planted: [{ path: 'shared/utils.ts', text: '' }],
};

export const tidyRules: readonly TidyRule[] = [
  oneWay,
  pagesStayPages,
  contractsArePlain,
  timeAndChance,
  environment,
  tableOwners,
  oneAdapter,
  rawHandles,
  migrationsListed,
  problemsThrown,
  listsExported,
  fileLengths,
  namesThatSayNothing,
];
