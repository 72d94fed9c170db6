import type { TestProject } from 'vitest/node';
import { runDemo } from './demo-program.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    firstPort: number;
    dataFolder: string;
  }
}

/** One demo for all stories (`npm run build` first): each takes schools of its own. What kills the demo runs another. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const demo = await runDemo();
  project.provide('firstPort', demo.firstPort);
  project.provide('dataFolder', demo.dataFolder);
  return () => demo.stop();
}
