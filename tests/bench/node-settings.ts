import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeId } from '../../contracts/core/message.ts';
import { systemClock } from '../../shared/clock.ts';
import type { NodeSettings } from '../../shared/config.ts';
import { openLog } from '../../shared/log.ts';
import { openNatsLink } from '../../shared/messaging/nats-link.ts';
import type { NodePorts } from '../../shared/node/start-node.ts';
import { systemRandom } from '../../shared/random.ts';
import type { NodeKeys } from '../../shared/signing/node-keys.ts';

/** What a process of a benchmark needs to be a node. */
export interface BenchNode {
  folder: string;
  natsUrl: string;
  keys: NodeKeys;
  /** Any free one when it is not said. */
  port?: number;
}

const LOG_LEVEL = 'error';
/** Of every node: what is sealed on its disk opens with it. */
export const BENCH_SECRET = '5a'.repeat(32);

/** As `main.ts` of a node would read them. */
export function benchSettings({ folder, natsUrl, keys, port = 0 }: BenchNode): NodeSettings {
  return {
    dataFolder: dataFolderOf(folder, keys.node),
    webFolder: '',
    host: '127.0.0.1',
    port,
    https: false,
    origins: [],
    behindProxy: false,
    logLevel: LOG_LEVEL,
    natsUrl,
    natsUser: '',
    natsPassword: '',
    masterSecret: BENCH_SECRET,
  };
}

export async function benchPorts({ natsUrl, keys }: BenchNode): Promise<NodePorts> {
  const log = openLog(keys.node, LOG_LEVEL);
  const link = await openNatsLink({ node: keys.node, servers: natsUrl, log });
  return { clock: systemClock, random: systemRandom, log, link, storeOptions: { reserveWal: true } };
}

/** Where the node's database is; the folder is there. */
export function dataFolderOf(folder: string, node: NodeId): string {
  const path = join(folder, node);
  mkdirSync(path, { recursive: true });
  return path;
}
