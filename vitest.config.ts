import { configDefaults, defineConfig } from 'vitest/config';

const pages = ['**/web/**/*.test.ts', '**/web/**/*.test.tsx'];
/** It measures the memory of its process. */
const alone = ['shared/spreadsheet/pace.test.ts'];
const exclude = [...configDefaults.exclude, 'dist/**', 'tests/journeys/**'];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    projects: [
      // Modules of the pages keep what the person has open, so each of their tests has them to itself. Those of the nodes
      // keep nothing: loaded once a worker, they save a minute.
      { extends: true, test: { name: 'pages', include: [...pages, ...alone], exclude } },
      {
        extends: true,
        test: { name: 'nodes', include: ['**/*.test.ts'], exclude: [...exclude, ...pages, ...alone], isolate: false },
      },
    ],
  },
});
