// `npm start`: everything on one machine, with demo data. See deploy/demo/main.ts.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildServer, buildWeb, install, makeEarlierPupils, root } from './prepare.mjs';

install();
buildServer();
buildWeb();
if (!process.argv.includes('--empty')) makeEarlierPupils();
await import(pathToFileURL(join(root, 'dist', 'deploy', 'demo', 'main.js')).href);
