import { readConfig } from '../shared/config.ts';
import { runProgram } from '../shared/node/run-program.ts';
import { ProvinceSettings } from './config.ts';
import { startProvince } from './start.ts';

/** A province node as a program: `npm run province -- --config FILE`, or XUEJI_… variables. */
const settings = readConfig(ProvinceSettings, process.argv, process.env);
await runProgram(`p-${settings.province}`, settings, (keys, ports) => startProvince(settings, keys, ports));
