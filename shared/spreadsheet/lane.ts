import { Problem } from '../../contracts/core/problems.ts';

/** Runs at most `parallelMax` works at once, the others in the order in which they came; Problem `busy` when too many wait. */
export function lane(parallelMax: number, waitingMax: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running < parallelMax) running++;
    else if (waiting.length >= waitingMax) throw new Problem('busy', '正在处理的文件较多，请稍后再试');
    else await new Promise<void>((turn) => waiting.push(turn));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
