import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Sha256Hex } from '../../contracts/core/envelope.ts';
import { NodeId } from '../../contracts/core/message.ts';
import { verifyAudit } from '../audit/audit.ts';
import type { AuditTables } from '../audit/table.ts';
import { openBackup, copyDatabase } from '../db/backup.ts';
import type { EvidenceTables } from '../evidence/table.ts';
import type { MessagingTables } from '../messaging/tables.ts';
import { loadDirectory, verifyLog } from '../messaging/verify-log.ts';
import { loadNodeKeys } from '../signing/node-keys.ts';
import { copyEvidence, countMissingEvidence, evidenceFolderOf } from './backup-evidence.ts';

type BackedUp = MessagingTables & AuditTables & EvidenceTables & { migration: { position: number; name: string } };

const LogEnd = z.strictObject({ entries: z.int(), head: Sha256Hex });

/** What stands beside a backup: whose it is, of when, and how far its logs had come. */
export const BackupManifest = z.strictObject({
  format: z.literal(1),
  node: NodeId,
  incarnation: z.int(),
  takenAt: z.string(),
  bytes: z.int(),
  sha256: Sha256Hex,
  /** The release must know it. */
  migration: z.string(),
  /** Tells the right master secret, as `secret-fingerprint` in the data folder does; null: the node never ran. */
  secretFingerprint: z.string().nullable(),
  messageLog: LogEnd,
  auditLog: LogEnd,
  /** How many pictures it names; they stand in the folder `files` beside it. */
  evidence: z.int().default(0),
  streams: z.array(
    z.strictObject({
      direction: z.enum(['sent', 'received']),
      peer: NodeId,
      incarnation: z.int(),
      lastSequence: z.int(),
    }),
  ),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

const manifestOf = (file: string): string => `${file}.json`;

/**
 * Copies the database of the node whose data folder it is to `file`, with a manifest beside it, and the evidence to the
 * folder `files` there. The node may run or not: its lock is not taken, because nothing is written. Throws when `file` is
 * there already.
 */
export async function takeBackup(dataFolder: string, file: string, takenAt: string): Promise<BackupManifest> {
  const database = join(dataFolder, 'node.db');
  if (!existsSync(database)) throw new Error(`no node.db in ${dataFolder}`);
  mustBeOwner(database);
  for (const taken of [file, manifestOf(file)]) if (existsSync(taken)) throw new Error(`${taken} is there already`);
  const { node } = loadNodeKeys(join(dataFolder, 'keys.json'));
  const part = `${file}.part`;
  try {
    // Before the first byte of it is there: nobody else may read it.
    writeFileSync(part, '', { mode: 0o600 });
    await copyDatabase(database, part);
    const secret = join(dataFolder, 'secret-fingerprint');
    const manifest: BackupManifest = {
      format: 1,
      node,
      takenAt,
      bytes: statSync(part).size,
      sha256: await sha256Of(part),
      secretFingerprint: existsSync(secret) ? readFileSync(secret, 'utf8') : null,
      ...(await endsOf(part)),
      evidence: await evidenceCopied(part, join(dataFolder, 'files'), evidenceFolderOf(file)),
    };
    writeFileSync(manifestOf(file), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(part, file);
    return manifest;
  } finally {
    rmSync(part, { force: true });
  }
}

/** SQLite makes files beside a database that it only reads; of another user, they would keep the node out of its own. */
function mustBeOwner(database: string): void {
  const owner = statSync(database).uid;
  if (process.getuid?.() !== owner) throw new Error(`run this as the node's own user (uid ${owner})`);
}

async function endsOf(file: string) {
  const backup = openBackup<BackedUp>(file);
  try {
    const { read } = backup;
    const newest = { message_log: 'chainHash', audit_entry: 'hash' } as const;
    const message = read.selectFrom('message_log').select(['position', newest.message_log]);
    const audit = read.selectFrom('audit_entry').select(['position', newest.audit_entry]);
    const lastMessage = await message.orderBy('position', 'desc').limit(1).executeTakeFirst();
    const lastAudit = await audit.orderBy('position', 'desc').limit(1).executeTakeFirst();
    const migration = read.selectFrom('migration').select('name').orderBy('position', 'desc').limit(1);
    const state = await read.selectFrom('link_state').select('incarnation').executeTakeFirst();
    const streams = read.selectFrom('stream').select(['direction', 'peer', 'incarnation', 'lastSequence']);
    return {
      incarnation: state?.incarnation ?? 0,
      migration: (await migration.executeTakeFirstOrThrow()).name,
      messageLog: { entries: lastMessage?.position ?? 0, head: lastMessage?.chainHash.toString('hex') ?? NOTHING },
      auditLog: { entries: lastAudit?.position ?? 0, head: lastAudit?.hash ?? NOTHING },
      streams: (await streams.execute()).map((stream) => ({ ...stream, peer: NodeId.parse(stream.peer) })),
    };
  } finally {
    await backup.close();
  }
}

const NOTHING = '0'.repeat(64);

async function evidenceCopied(file: string, fromFolder: string, toFolder: string): Promise<number> {
  const backup = openBackup<BackedUp>(file);
  try {
    return await copyEvidence(backup.read, fromFolder, toFolder);
  } finally {
    await backup.close();
  }
}

/** Everything that is wrong with a backup, in sentences; nothing when it is whole. */
export async function verifyBackup(file: string): Promise<string[]> {
  const read = BackupManifest.safeParse(JSON.parse(readFileSync(manifestOf(file), 'utf8')));
  if (!read.success) return [`${manifestOf(file)} is not a manifest`];
  const manifest = read.data;
  const { size } = statSync(file);
  if (size !== manifest.bytes) return [`the file has ${size} bytes, the manifest says ${manifest.bytes}`];
  if ((await sha256Of(file)) !== manifest.sha256) return ['the file is not the one that was hashed (sha256)'];
  const backup = openBackup<BackedUp>(file);
  try {
    const damages = backup.damages();
    if (damages.length > 0) return damages;
    const messages = await verifyLog(backup.read, await loadDirectory(backup.read));
    const audit = await verifyAudit(backup.read);
    const missing = await countMissingEvidence(backup.read, evidenceFolderOf(file));
    return [
      ...flawsOf('message log', messages, manifest.messageLog),
      ...flawsOf('audit log', audit, manifest.auditLog),
      ...(missing > 0 ? [`${missing} pictures of evidence are not in ${evidenceFolderOf(file)}, or not whole`] : []),
    ];
  } finally {
    await backup.close();
  }
}

type Verdict = z.infer<typeof LogEnd> & { firstBroken: { position: number; reason: string } | null };

function flawsOf(name: string, verdict: Verdict, told: z.infer<typeof LogEnd>): string[] {
  const { firstBroken, entries, head } = verdict;
  if (firstBroken) return [`${name}: broken at entry ${firstBroken.position}: ${firstBroken.reason}`];
  if (entries === told.entries && head === told.head) return [];
  return [`${name}: ends at entry ${entries}, the manifest says ${told.entries} with head ${told.head}`];
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
