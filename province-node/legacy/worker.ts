import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '../../contracts/core/problems.ts';
import { must } from '../../shared/assert.ts';
import { systemRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import { readBatches } from './batches.ts';
import type { FromReader, ReaderTask } from './reader.ts';
import { packBatch } from './reader.ts';

/** The entry of the thread that reads and checks the file while the other one writes; see reader.ts. */
const port = must(parentPort, 'runs as a worker');
const { masterSecret, reading } = workerData as ReaderTask;
const tell = (message: FromReader, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
try {
  for await (const batch of readBatches(openVault(masterSecret, systemRandom), reading)) {
    const { packed, bytes } = packBatch(batch);
    const taken = once(port, 'message');
    tell({ batch: packed }, [bytes]);
    await taken;
  }
  tell({ done: true });
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  tell({ refused: { code: error.code, detail: error.detail } });
}
port.unref();
