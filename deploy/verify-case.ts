import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { transferStateTitles } from '../contracts/transfer.ts';
import { verifyCase } from '../central/case-bundle/verify.ts';

/**
 * `npm run verify-case -- FILE [--hub-key FINGERPRINT]`: checks a case bundle without any node or network; exit 1 and the first byte
 * that lies.
 */
const { values, positionals } = parseArgs({
  options: { 'hub-key': { type: 'string' } },
  allowPositionals: true,
});
const [file] = positionals;
if (!file || positionals.length > 1) {
  console.error('npm run verify-case -- FILE [--hub-key FINGERPRINT] (a file of 导出案卷)');
  process.exit(2);
}
const pinned = values['hub-key']?.trim().toLowerCase();
const { lines, about, notes, flaw } = verifyCase(readFileSync(file), pinned);

if (about) {
  console.log(`case ${about.id}: ${transferStateTitles[about.state]}, exported ${about.exportedAt}`);
  console.log(`  ${lines} lines, ${about.messages} signed messages`);
}
for (const note of notes) console.log(`  note: ${note}`);
if (flaw) {
  console.log(`BROKEN at byte ${flaw.offset} (line ${flaw.line}): ${flaw.reason}; expected ${flaw.expected}`);
} else if (about && !pinned) {
  console.log(`whole, if the hub's key is ${about.root}`);
  console.log('  compare it with the published fingerprint, or give it with --hub-key');
} else console.log("whole, and sealed by the hub's key that was given");
process.exitCode = flaw ? 1 : 0;
