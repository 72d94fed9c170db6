// Runs one of the programs after installing and building: node deploy/run.mjs <module without .ts> [its arguments]
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildServer, install, root } from './prepare.mjs';

const [module, ...rest] = process.argv.slice(2);
install();
buildServer();
process.argv = [process.argv[0], join(root, 'dist', `${module}.js`), ...rest];
await import(pathToFileURL(join(root, 'dist', `${module}.js`)).href);
