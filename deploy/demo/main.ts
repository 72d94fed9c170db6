import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startDemo } from './demo.ts';
import { DEMO_PASSWORD } from './accounts.ts';
import { demoProvinces } from './orgs.ts';

/**
 * `npm start [-- --fresh] [-- --empty] [-- --data FOLDER] [-- --port N]`: the hub, three provinces and the registry
 * simulator; `--empty` begins without pupils.
 */
const argv = process.argv.slice(2);
const option = (name: string, otherwise: string): string => {
  const at = argv.indexOf(name);
  return at < 0 ? otherwise : (argv[at + 1] ?? otherwise);
};

const root = join(import.meta.dirname, '..', '..', '..');
const dataFolder = option('--data', join(root, 'data'));
if (argv.includes('--fresh')) rmSync(dataFolder, { recursive: true, force: true });

const startedMs = performance.now();
const firstPort = Number(option('--port', '7000'));
const demo = await startDemo({
  dataFolder,
  webFolder: join(root, 'dist', 'web'),
  earlierPupils: join(root, 'dist', 'earlier-pupils'),
  firstPort,
  logLevel: option('--log', 'warn'),
  empty: argv.includes('--empty'),
  natsUrl: process.env.NATS_URL,
}).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  console.error(
    `A port from ${firstPort} to ${firstPort + 99} is taken. Is Xueji running already? Otherwise: npm start -- --port 8000`,
  );
  process.exit(1);
});

const rows = [
  ['教育部 (hub)', demo.urls.hub, 'jyb001 (教育部操作员) · jyb003 (系统管理员)'],
  ...demoProvinces.map(({ code, name, counties }) => [
    `${name} (${code})`,
    demo.urls[`p-${code}`]!,
    `xj21${code}000003 学校管理员 · ld21${code}000003 学校领导 · xj${counties[0]} 教育局 · gl${code}0000 系统管理员`,
  ]),
];
console.log(`\nXueji (学籍) is ready after ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`);
console.log(`Link between the nodes: ${demo.linkDescription}`);
console.log(`Data: ${dataFolder} (begin anew with: npm start -- --fresh)\n`);
for (const [name, url, accounts] of rows) console.log(`  ${name}\n    ${url}\n    ${accounts}`);
console.log(`\nPassword of every demo account: ${DEMO_PASSWORD}`);
console.log('Stop with Ctrl-C.\n');

let stopping = false;
demo.alive.then(
  (made) => made && !stopping && console.log('The demo registrations are there too.'),
  (error: unknown) => console.error('The demo data could not be made whole:', error),
);

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping …');
    void demo.stop().then(() => console.log('Stopped.'));
  });
