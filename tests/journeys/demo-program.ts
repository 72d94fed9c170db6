import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoProvinces } from '../../deploy/demo/orgs.ts';

const root = join(import.meta.dirname, '..', '..');

/** As deploy/demo/demo.ts lays them out behind the first port. */
const SIMULATOR = 99;
const offsets = [0, SIMULATOR, ...demoProvinces.map(({ code }) => Number(code))];

export interface DemoProgram {
  firstPort: number;
  dataFolder: string;
  /** kill -9, as a power cut would: nothing is said to the program. */
  kill(): Promise<void>;
  /** The same data again. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** `npm start` as a program of its own, on free ports and with data of its own that are gone afterwards. */
export async function runDemo(environment: Record<string, string> = {}): Promise<DemoProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'xueji-journey-'));
  const firstPort = await freePorts();
  let program: ChildProcess | undefined;
  const demo: DemoProgram = {
    firstPort,
    dataFolder: folder,
    async start() {
      program = await started(
        ['--data', folder, '--port', String(firstPort), '--log', 'error', '--empty'],
        environment,
      );
    },
    async kill() {
      program!.kill('SIGKILL');
      await once(program!, 'exit');
    },
    async stop() {
      program!.kill('SIGTERM');
      await once(program!, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await demo.start();
  return demo;
}

export function hubUrl(firstPort: number): string {
  return `http://127.0.0.1:${firstPort}`;
}

export function provinceUrl(firstPort: number, code: string): string {
  return `http://127.0.0.1:${firstPort + Number(code)}`;
}

/** How the population registry misbehaves from now on (deploy/population-registry-simulator/trials.ts). */
export async function registryTrials(
  firstPort: number,
  trials: { latencyMs?: number; errorRate?: number; unavailable?: boolean },
): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${firstPort + SIMULATOR}/admin/trials`, {
    method: 'POST',
    headers: { 'X-Api-Key': 'demo-registry-key' },
    body: JSON.stringify(trials),
  });
  if (!answer.ok) throw new Error(`trials: ${answer.status}`);
}

async function started(args: readonly string[], environment: Record<string, string>): Promise<ChildProcess> {
  const program = spawn(process.execPath, [join(root, 'dist', 'deploy', 'demo', 'main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  let said = '';
  program.stdout.setEncoding('utf8');
  await new Promise<void>((resolve, reject) => {
    program.stdout.on('data', (text: string) => {
      said += text;
      if (said.includes('Stop with Ctrl-C')) resolve();
    });
    program.once('exit', (code) => reject(new Error(`the demo ended (${code}): ${said}`)));
  });
  return program;
}

/** A first port behind which all that the demo needs are free, below those that the system gives out by itself. */
async function freePorts(): Promise<number> {
  for (let first = 12_000 + Math.floor(Math.random() * 190) * 100; ; first = first < 31_000 ? first + 100 : 12_000) {
    const free = await Promise.all(offsets.map((offset) => isFree(first + offset)));
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
