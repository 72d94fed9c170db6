import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** The population-registry simulator as a program of its own, reached over HTTP like the real one. */
export async function startRegistrySimulator(
  port: number,
): Promise<{ url: string; apiKey: string; stop(): Promise<void> }> {
  const apiKey = 'demo-registry-key';
  const chosen = port === 0 ? await freePort() : port;
  const own = import.meta.url;
  const extension = own.endsWith('.ts') ? '.ts' : '.js';
  const program = fileURLToPath(new URL(`../population-registry-simulator/main${extension}`, own));
  const child = fork(program, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: extension === '.ts' ? ['--import', 'tsx'] : [],
    env: { ...process.env, XUEJI_SIMULATOR_PORT: String(chosen), XUEJI_SIMULATOR_API_KEY: apiKey },
    // Ctrl-C goes to the whole group: only the starter answers it, and stops this child last.
    detached: true,
  });
  await Promise.race([
    once(child.stdout!, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the population-registry simulator did not start'))),
  ]);
  child.stdout!.resume();
  return {
    url: `http://127.0.0.1:${chosen}`,
    apiKey,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      if (child.connected) child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
