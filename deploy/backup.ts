import { parseArgs } from 'node:util';
import { isoTime, systemClock } from '../shared/clock.ts';
import { takeBackup, verifyBackup } from '../shared/node/backup.ts';

const usage = `npm run backup -- --data FOLDER --to FILE
    copies the database of a node, running or not, to FILE, and writes what it is to FILE.json; evidence goes to the
    folder files beside it, which all backups there share
npm run backup -- --verify FILE
    proves that FILE is whole: its hash, its pages, every entry of its message log and audit log, its evidence; exit code 1
    when it is not`;

const { values } = parseArgs({
  options: { data: { type: 'string' }, to: { type: 'string' }, verify: { type: 'string' } },
});

try {
  if (values.verify) await verify(values.verify);
  else if (values.data && values.to) await take(values.data, values.to);
  else {
    console.error(usage);
    process.exitCode = 2;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function take(dataFolder: string, file: string): Promise<void> {
  const { node, bytes, sha256, messageLog, evidence } = await takeBackup(dataFolder, file, isoTime(systemClock.now()));
  console.log(`${file}: ${node}, ${bytes} bytes, sha256 ${sha256}`);
  console.log(`message log: ${messageLog.entries} entries, head ${messageLog.head}`);
  if (evidence > 0) console.log(`evidence: ${evidence} pictures, in the folder files beside it`);
}

async function verify(file: string): Promise<void> {
  const flaws = await verifyBackup(file);
  if (flaws.length === 0) console.log(`${file}: whole`);
  for (const flaw of flaws) console.log(`${file}: ${flaw}`);
  if (flaws.length > 0) process.exitCode = 1;
}
