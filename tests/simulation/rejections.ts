import { Crash } from './violation.ts';

/** Promises that nobody waited for: those of a dead process fail, as they should. */
export function catchRejections(): { check(): void; end(): void } {
  const caught: unknown[] = [];
  const take = (error: unknown): void => void caught.push(error);
  process.on('unhandledRejection', take);
  return {
    check() {
      const bad = caught.splice(0).find((error) => !isOfTheDead(error));
      if (bad !== undefined) throw bad;
    },
    end: () => void process.off('unhandledRejection', take),
  };
}

function isOfTheDead(error: unknown): boolean {
  if (error instanceof Crash) return true;
  return error instanceof Error && error.cause !== undefined && isOfTheDead(error.cause);
}
