import { removeFolder } from './disk.ts';
import { runSeed } from './run.ts';
import { makeTemplate } from './template.ts';

/** Runs the seeds that its parent sends, one after the other, and answers each with its result. */
const template = await makeTemplate();
process.on('message', (seed: number) => {
  void runSeed(template, seed).then((result) => process.send!(result));
});
process.on('disconnect', () => {
  removeFolder(template.folder);
  process.exit();
});
process.send!('ready');
