import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Link } from '../../shared/messaging/link.ts';
import { openLoopback } from '../../shared/messaging/loopback-link.ts';
import { openNatsLink } from '../../shared/messaging/nats-link.ts';
import { natsServerConfiguration } from '../../shared/messaging/nats-permissions.ts';

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
): Promise<DemoLinks> {
  if (natsUrl) {
    return {
      description: `NATS at ${natsUrl} (NATS_URL)`,
      open: (node) => openNatsLink({ node, url: natsUrl }),
      close: async () => {},
    };
  }
  const broker = await startBroker(dataFolder, nodes);
  if (broker) {
    return {
      description: `NATS at ${broker.url} (nats-server from PATH, one user a node, subjects by allow-list)`,
      open: (node) => openNatsLink({ node, url: broker.url, user: node, password: broker.passwords.get(node)! }),
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

interface Broker {
  url: string;
  passwords: Map<NodeId, string>;
  stop(): Promise<void>;
}

async function startBroker(dataFolder: string, nodes: readonly NodeId[]): Promise<Broker | undefined> {
  const passwords = new Map(nodes.map((node) => [node, randomBytes(16).toString('hex')]));
  const file = join(dataFolder, 'nats-server.conf');
  const users = [...passwords].map(([node, password]) => ({ node, password }));
  writeFileSync(file, natsServerConfiguration(users), { mode: 0o600 });
  // Ctrl-C goes to the whole group: the broker must outlive the nodes, so it gets a group of its own.
  const child = spawn('nats-server', ['-c', file, '-a', '127.0.0.1', '-p', '-1'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const url = await listeningOn(child);
  if (!url) return undefined;
  return {
    url,
    passwords,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** The address that the broker says it listens on; undefined when there is no such program. */
async function listeningOn(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    child.once('error', () => resolve(undefined));
    child.once('exit', () => resolve(undefined));
    child.stderr!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const port = /Listening for client connections on [^\s]*:(\d+)/.exec(said)?.[1];
      if (port && said.includes('Server is ready')) resolve(`nats://127.0.0.1:${port}`);
    });
  });
}
