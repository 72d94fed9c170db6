import { Worker } from 'node:worker_threads';
import { Problem } from '../../contracts/core/problems.ts';
import type { Clock } from '../clock.ts';
import type { Answer, Call, FromWorker, Task } from './tasks.ts';

/** An honest file of 10,000 × 73 needs 120 MB; a worker that needs more than this is ended, the server goes on. */
const HEAP_MB_MAX = 256;
const YOUNG_HEAP_MB_MAX = 32;

/**
 * Runs one task in a worker thread of its own and answers its calls. Rejects with the Problem that the worker found,
 * with `file-unreadable` when it needs too much memory or time, and with the error of a defect or of `answer`.
 * The worker is gone when the promise is settled.
 */
export async function runTask(
  clock: Clock,
  task: Task,
  timeLimitMs: number,
  answer: (call: Call) => Answer | Promise<Answer>,
): Promise<void> {
  const worker = new Worker(entryUrl(), {
    workerData: task,
    execArgv: execArgv(),
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX, maxYoungGenerationSizeMb: YOUNG_HEAP_MB_MAX },
  });
  let cancelLimit = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      cancelLimit = clock.after(timeLimitMs, () =>
        reject(new Problem('file-unreadable', '文件处理超时，请分成几个文件上传')),
      );
      worker.on('error', (error) => reject(isOutOfMemory(error) ? tooMuch() : error));
      worker.on('exit', (code) => reject(new Error(`the spreadsheet worker ended early (${code})`)));
      worker.on('message', (message: FromWorker) => {
        if ('done' in message) resolve();
        else if ('refused' in message) reject(problemOf(message.refused));
        else
          Promise.resolve(message.call)
            .then(answer)
            .then((reply) => worker.postMessage(reply), reject);
      });
    });
  } finally {
    cancelLimit();
    await worker.terminate();
  }
}

/** The source under tests and in development, the emitted file in production. */
function entryUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
}

/** TypeScript sources need tsx; its `--import tsx` does nothing in a worker thread, so it is registered by hand. */
function execArgv(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [];
  const register = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))}; register();`;
  return ['--import', `data:text/javascript,${encodeURIComponent(register)}`];
}

function isOutOfMemory(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooMuch(): Problem {
  return new Problem('file-unreadable', '文件内容过多，请删除多余的工作表和空白行列，或分成几个文件上传');
}

function problemOf({ code, detail, errors }: Extract<FromWorker, { refused: unknown }>['refused']): Problem {
  return new Problem(code, detail, errors ? { errors } : {});
}
