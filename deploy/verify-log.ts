import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyAudit } from '../shared/audit/audit.ts';
import { openStore } from '../shared/db/store.ts';
import { loadDirectory, verifyLog } from '../shared/messaging/verify-log.ts';

/** `npm run verify-log -- --data FOLDER`: re-derives a node's message log and audit log; exit 1 and the first broken entry. */
const { values } = parseArgs({ options: { data: { type: 'string' } } });
if (!values.data) {
  console.error('npm run verify-log -- --data FOLDER (the data folder of a node)');
  process.exit(2);
}
if (!existsSync(join(values.data, 'node.db'))) throw new Error(`no node.db in ${values.data}`);
const store = openStore(join(values.data, 'node.db'));
const messages = await verifyLog(store.read, await loadDirectory(store.read));
const audit = await verifyAudit(store.read);
await store.close();

const brokenMessage = messages.firstBroken;
console.log(`message log: ${messages.entries} entries, head ${messages.head}`);
if (brokenMessage) console.log(`  BROKEN at entry ${brokenMessage.position}: ${brokenMessage.reason}`);
console.log(`audit log: ${audit.entries} entries, head ${audit.head}`);
if (audit.firstBroken) console.log(`  BROKEN at entry ${audit.firstBroken.position}: ${audit.firstBroken.reason}`);
process.exitCode = brokenMessage || audit.firstBroken ? 1 : 0;
