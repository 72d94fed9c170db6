import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A node in a process of its own that answers commands, one after the other. */
export interface Child {
  ask<Answer>(command: string, input?: unknown): Promise<Answer>;
  /** Ends it in order: a CPU profile is written at the exit. */
  stop(): Promise<void>;
  /** kill -9, as a power cut would. */
  kill(): Promise<void>;
}

type Reply = { answer: unknown } | { error: string };

/** Starts the module beside this one, `name` without its extension. `execArgv` are options for node. */
export function startChild(name: string, execArgv: readonly string[] = []): Child {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const loader = extension === '.ts' ? ['--import', 'tsx'] : [];
  const child = fork(new URL(`${name}${extension}`, import.meta.url), { execArgv: [...loader, ...execArgv] });
  const exit = once(child, 'exit');
  const tooEarly = exit.then(() => Promise.reject(new Error(`${name} ended`)));
  tooEarly.catch(() => undefined);
  return {
    async ask<Answer>(command: string, input?: unknown) {
      child.send({ command, input });
      const answered = new Promise<Reply>((resolve) => child.once('message', (reply: Reply) => resolve(reply)));
      const reply = await Promise.race([answered, tooEarly]);
      if ('error' in reply) throw new Error(`${name} ${command}: ${reply.error}`);
      return reply.answer as Answer;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await exit;
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** In the child: answers commands until the parent hangs up, then does `end` and exits. */
export function answerCommands(commands: Record<string, (input: never) => unknown>, end: () => Promise<void>): void {
  process.on('message', ({ command, input }: { command: string; input: unknown }) => {
    void answer(command, input);
  });
  process.on('disconnect', () => {
    void end().finally(() => process.exit());
  });

  async function answer(command: string, input: unknown): Promise<void> {
    let reply: Reply;
    try {
      reply = { answer: await commands[command]!(input as never) };
    } catch (error) {
      reply = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.send!(reply);
  }
}
