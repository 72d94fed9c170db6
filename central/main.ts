import { readConfig } from '../shared/config.ts';
import { runProgram } from '../shared/node/run-program.ts';
import { HubSettings } from './config.ts';
import { startHub } from './start.ts';

/** The hub as a program: `npm run hub -- --config FILE`, or XUEJI_… variables. */
const settings = readConfig(HubSettings, process.argv, process.env);
await runProgram('hub', settings, (keys, ports) => startHub(settings, keys, ports));
