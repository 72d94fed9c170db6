import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { systemClock } from '../../shared/clock.ts';
import { openLog } from '../../shared/log.ts';
import { readCitizens } from './citizens.ts';
import { startSimulator } from './server.ts';

/** The simulator as a program of its own; everything comes from the environment. */
const Environment = z.object({
  XUEJI_SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(8090),
  XUEJI_SIMULATOR_API_KEY: z.string().min(8),
  XUEJI_SIMULATOR_CITIZENS: z.string().optional().describe('CSV file: idNumber,name'),
  XUEJI_SIMULATOR_LATENCY_MS: z.coerce.number().int().min(0).default(0),
  XUEJI_SIMULATOR_ERROR_RATE: z.coerce.number().min(0).max(1).default(0),
  XUEJI_SIMULATOR_SEED: z.coerce.number().int().default(1),
});

const environment = Environment.parse(process.env);
const log = openLog('population-registry-simulator', 'info');
const file = environment.XUEJI_SIMULATOR_CITIZENS;
const citizens = file ? readCitizens(await readFile(file, 'utf8')) : new Map<string, string>();
const simulator = await startSimulator({
  port: environment.XUEJI_SIMULATOR_PORT,
  apiKey: environment.XUEJI_SIMULATOR_API_KEY,
  seed: environment.XUEJI_SIMULATOR_SEED,
  citizens,
  trials: {
    latencyMs: environment.XUEJI_SIMULATOR_LATENCY_MS,
    errorRate: environment.XUEJI_SIMULATOR_ERROR_RATE,
    unavailable: false,
  },
  clock: systemClock,
});
log.info({ url: simulator.url, citizens: citizens.size }, 'the population-registry simulator is ready');
let closing = false;
const close = (): void => {
  if (closing) return;
  closing = true;
  void simulator.close();
};
// Started by the demo: its end, however sudden, is the simulator's.
process.once('disconnect', close);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);
