import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { NodeId } from '../../contracts/core/message.ts';
import { natsServerConfig } from '../../shared/messaging/nats-permissions.ts';
import { NatsServerMissing, startNatsServer } from '../../shared/messaging/nats-server.ts';
import type { NatsServer } from '../../shared/messaging/nats-server.ts';

async function isThere(): Promise<boolean> {
  try {
    await (await startNatsServer()).stop();
    return true;
  } catch (error) {
    if (error instanceof NatsServerMissing) return false;
    throw error;
  }
}

/** `describe` for tests that need a real nats-server: skipped by name where there is none, a failure under CI. */
export const describeNats = (await isThere()) || process.env['CI'] === 'true' ? describe : describe.skip;

export const natsUser = (node: NodeId) => ({ user: `user-${node}`, password: `password-${node}` });

/** A real server with our permissions for these nodes. */
export async function startOurNats(nodes: readonly NodeId[], port = -1): Promise<NatsServer> {
  const file = join(mkdtempSync(join(tmpdir(), 'xueji-nats-')), 'nats.conf');
  const users = nodes.map((node) => ({ node, ...natsUser(node) }));
  writeFileSync(file, natsServerConfig({ host: '127.0.0.1', port, users }));
  return startNatsServer(['-c', file]);
}
