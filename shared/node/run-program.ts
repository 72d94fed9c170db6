import { join } from 'node:path';
import type { NodeId } from '../../contracts/core/message.ts';
import { systemClock } from '../clock.ts';
import type { NodeSettings } from '../config.ts';
import { openLog } from '../log.ts';
import { openNatsLink } from '../messaging/nats-link.ts';
import { systemRandom } from '../random.ts';
import { loadNodeKeys } from '../signing/node-keys.ts';
import type { NodeKeys } from '../signing/node-keys.ts';
import type { NodePorts } from './start-node.ts';

/** A node as a program: keys from `keys.json` in its data folder, the broker from its settings, until a signal stops it. */
export async function runProgram(
  node: NodeId,
  settings: NodeSettings,
  start: (keys: NodeKeys, ports: NodePorts) => Promise<{ listen(): Promise<string>; stop(): Promise<void> }>,
): Promise<void> {
  const { natsUrl: servers, natsUser: user, natsPassword: password } = settings;
  if (servers === '') throw new Error('natsUrl is not set: a node on its own needs a broker');
  const log = openLog(node, settings.logLevel);
  const keys = loadNodeKeys(join(settings.dataFolder, 'keys.json'));
  const link = await openNatsLink({ node, servers, log, ...(user === '' ? {} : { user, password }) });
  const chance = { clock: systemClock, random: systemRandom };
  const ports = { ...chance, log, link, storeOptions: { reserveWal: true }, processMetrics: true };
  const running = await start(keys, ports);
  log.info({ address: await running.listen() }, 'ready');
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void running.stop().then(() => log.info('stopped'));
    });
}
