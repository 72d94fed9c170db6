import { defineConfig } from 'vitest/config';

/**
 * Stories of one page each, whose rules the tests through the HTTP app hold as well: `npm run journeys` has them, `npm test`
 * keeps to a quarter of an hour.
 */
const ofOnePage = [
  'accounts',
  'bad-files',
  'chain-configuration',
  'double-click',
  'held-identities',
  'hub-accounts',
  'keys-only',
  'menus',
  'outage',
  'platform',
  'preschool',
  'problem-records',
  'returned',
  'students',
];
const left = process.env.JOURNEYS === 'all' ? [] : ofOnePage.map((name) => `tests/journeys/${name}.test.ts`);

export default defineConfig({
  test: {
    include: ['tests/journeys/**/*.test.ts'],
    exclude: left,
    globalSetup: ['tests/journeys/shared-demo.ts'],
    setupFiles: ['tests/journeys/tell-failure.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
