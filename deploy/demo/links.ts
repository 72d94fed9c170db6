import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Log } from '../../shared/log.ts';
import type { Link } from '../../shared/messaging/link.ts';
import { openLoopback } from '../../shared/messaging/loopback-link.ts';
import { openNatsLink } from '../../shared/messaging/nats-link.ts';
import { natsServerConfig } from '../../shared/messaging/nats-permissions.ts';
import { NatsServerMissing, startNatsServer } from '../../shared/messaging/nats-server.ts';
import type { NatsServer } from '../../shared/messaging/nats-server.ts';

export interface DemoLinks {
  description: string;
  open(node: NodeId): Promise<Link>;
  close(): Promise<void>;
}

/** A broker that the environment names, else a `nats-server` of our own when one is on PATH, else the loopback inside this process. */
export async function openDemoLinks(
  dataFolder: string,
  nodes: readonly NodeId[],
  natsUrl: string | undefined,
  log: Log,
): Promise<DemoLinks> {
  if (natsUrl) {
    return {
      description: `NATS at ${natsUrl} (NATS_URL)`,
      open: (node) => openNatsLink({ node, servers: natsUrl, log }),
      close: async () => {},
    };
  }
  const passwords = new Map(nodes.map((node) => [node, randomBytes(16).toString('hex')]));
  const broker = await startBroker(dataFolder, passwords);
  if (broker) {
    return {
      description: `NATS at ${broker.url} (nats-server from PATH; one user a node, subjects by allow-list)`,
      open: (node) => openNatsLink({ node, servers: broker.url, user: node, password: passwords.get(node)!, log }),
      close: () => broker.stop(),
    };
  }
  const loopback = openLoopback();
  return {
    description: 'in-process loopback (no nats-server on PATH and no NATS_URL)',
    open: async (node) => loopback.join(node),
    close: async () => {},
  };
}

async function startBroker(
  dataFolder: string,
  passwords: ReadonlyMap<NodeId, string>,
): Promise<NatsServer | undefined> {
  const file = join(dataFolder, 'nats-server.conf');
  const pidFile = join(dataFolder, 'nats-server.pid');
  const users = [...passwords].map(([node, password]) => ({ node, user: node, password }));
  writeFileSync(file, natsServerConfig({ host: '127.0.0.1', port: -1, users }), { mode: 0o600 });
  try {
    endStrandedBroker(pidFile);
    return await startNatsServer(['-c', file, '-P', pidFile]);
  } catch (error) {
    if (error instanceof NatsServerMissing) return undefined;
    throw error;
  }
}

/** The broker has a process group of its own: one whose starter was killed goes on, until the next start ends it. */
function endStrandedBroker(pidFile: string): void {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  try {
    // Only what still is a broker: the number may belong to another program by now.
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('nats-server')) process.kill(pid);
  } catch {
    // It has ended.
  }
}
