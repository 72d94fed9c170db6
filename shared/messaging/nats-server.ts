import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A nats-server of this process: the demo's broker, and the tests'. */
export interface NatsServer {
  url: string;
  /** Ends it at once. */
  stop(): Promise<void>;
}

export class NatsServerMissing extends Error {}

/** Starts `nats-server` from PATH with `args` (`-p -1` for any free port). Throws `NatsServerMissing` where there is none. */
export async function startNatsServer(args: readonly string[] = ['-a', '127.0.0.1', '-p', '-1']): Promise<NatsServer> {
  // Ctrl-C goes to the whole group: the broker outlives the nodes, so it gets a group of its own.
  const child = spawn('nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.once('error', (error) => reject(new NatsServerMissing('nats-server is not on PATH', { cause: error })));
    child.once('exit', () => reject(new Error(`nats-server ended: ${said}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, address] = /Listening for client connections on (\S+)/.exec(said) ?? [];
      if (address && said.includes('Server is ready')) resolve(`nats://${address}`);
    });
  });
  child.stderr.removeAllListeners('data').resume();
  return {
    url,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
