import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, rounded } from './figure.ts';
import type { Measured } from './figure.ts';
import { describeMachine } from './machine.ts';

const SECONDS_MAX = 10;
const STARTS = 3;
const root = join(import.meta.dirname, '..', '..', '..');

/** `npm start` as a person types it, in an installed and built project, until the first page is answered. */
export async function benchStart(): Promise<Measured> {
  const machine = describeMachine();
  const fresh: number[] = [];
  const again: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const folder = mkdtempSync(join(tmpdir(), 'xueji-bench-start-'));
    fresh.push(await secondsToFirstPage(folder));
    again.push(await secondsToFirstPage(folder));
    rmSync(folder, { recursive: true });
  }
  const fixed = { unit: 's', limit: SECONDS_MAX, limitName: 'the goal', goal: '<= 1' } as const;
  return {
    figures: [
      { figure: 'start.fresh', value: median(fresh), ...fixed },
      { figure: 'start.again', value: median(again), ...fixed },
    ],
    notes: [machine, `fresh: ${fresh.map(rounded).join(', ')} s; with data: ${again.map(rounded).join(', ')} s`],
  };
}

async function secondsToFirstPage(dataFolder: string): Promise<number> {
  const startedMs = performance.now();
  // A group of its own, so that the interrupt reaches npm and what it started, as Ctrl-C does.
  const npm = spawn('npm', ['start', '--', '--data', dataFolder, '--port', '0'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(npm, 'close');
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, found] = /(http:\/\/127\.0\.0\.1:\d+)\s/.exec(said) ?? [];
      if (found) resolve(found);
    });
    npm.once('close', () => reject(new Error(`npm start ended: ${said}`)));
  });
  const page = await fetch(address);
  const text = await page.text();
  const seconds = (performance.now() - startedMs) / 1_000;
  process.kill(-npm.pid!, 'SIGINT');
  await ended;
  if (!page.ok || !text.includes('<html')) throw new Error(`${address} answered ${page.status}`);
  return seconds;
}
