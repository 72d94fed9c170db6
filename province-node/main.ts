import { readConfig } from '../shared/config.ts';
import { runProgram } from '../shared/node/run-program.ts';
import { ProvinceSettings } from './config.ts';
import { importLegacy } from './legacy/import-command.ts';
import { importPreschool } from './preschool/import-command.ts';
import { startProvince } from './start.ts';

/** What the operator loads while the node does not run. */
const loads = { 'import-preschool': importPreschool, 'import-legacy': importLegacy };

/**
 * A province node as a program: `npm run province -- --config FILE`, or XUEJI_… variables. With `import-preschool FILE` it
 * loads preschool records instead, with `import-legacy FILE` phase one's data.
 */
const settings = readConfig(ProvinceSettings, process.argv, process.env);
const [command, file] = process.argv.slice(2);
if (command === 'import-preschool' || command === 'import-legacy') {
  if (!file || file.startsWith('--')) throw new Error(`${command} FILE: a CSV or XLSX file`);
  // A write may wait for the thread that checkpoints, which keeps no process alive.
  const alive = setInterval(() => undefined, 60_000);
  await loads[command](settings, file, (line) => process.stdout.write(`${line}\n`)).finally(() => clearInterval(alive));
} else await runProgram(`p-${settings.province}`, settings, (keys, ports) => startProvince(settings, keys, ports));
