import { systemClock } from '../shared/clock.ts';
import { readConfig } from '../shared/config.ts';
import { runProgram } from '../shared/node/run-program.ts';
import { idsFrom, systemRandom } from '../shared/random.ts';
import { HubSettings } from './config.ts';
import { auditByCommand } from './national-audit/command.ts';
import { startHub } from './start.ts';

/**
 * The hub as a program: `npm run hub -- --config FILE`, or XUEJI_… variables. With `audit` it asks the hub that runs for a
 * national audit instead, and exits with 1 when something differs.
 */
const settings = readConfig(HubSettings, process.argv, process.env);
if (process.argv[2] === 'audit') {
  // The clock's timers keep no process alive.
  const alive = setInterval(() => undefined, 60_000);
  const ports = { clock: systemClock, ids: idsFrom(systemClock, systemRandom) };
  const found = await auditByCommand(settings, ports, (line) => process.stdout.write(`${line}\n`)).finally(() =>
    clearInterval(alive),
  );
  process.exitCode = found === 0 ? 0 : 1;
} else await runProgram('hub', settings, (keys, ports) => startHub(settings, keys, ports));
