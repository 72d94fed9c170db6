import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Kysely } from 'kysely';
import { fileOf } from '../evidence/evidence.ts';
import type { EvidenceTables } from '../evidence/table.ts';
import { sealedBytes } from '../signing/vault.ts';

type Db = Kysely<EvidenceTables>;

/** Rows per read: a province has millions of pictures. */
const ROWS = 1_000;

/** Pictures never change, so that all backups of a folder share one copy of each. */
export function evidenceFolderOf(backupFile: string): string {
  return join(dirname(backupFile), 'files');
}

/**
 * Copies the pictures that the backup names and that are not there yet, sealed as they are. They are copied after the
 * database: a picture is there before its row. Answers how many the backup names.
 */
export async function copyEvidence(backup: Db, fromFolder: string, toFolder: string): Promise<number> {
  let named = 0;
  for await (const { name } of evidenceOf(backup)) {
    if (named++ === 0) await mkdir(toFolder, { recursive: true, mode: 0o700 });
    const to = join(toFolder, name);
    // One that was taken away meanwhile, before it was handed in, is missed by nobody; of others the verification tells.
    if (existsSync(to) || !existsSync(join(fromFolder, name))) continue;
    await copyFile(join(fromFolder, name), `${to}.part`);
    await rename(`${to}.part`, to);
  }
  return named;
}

/** How many pictures that were handed in for review are not in the folder, whole. */
export async function countMissingEvidence(backup: Db, folder: string): Promise<number> {
  let missing = 0;
  for await (const { name, bytes, submittedAt } of evidenceOf(backup)) {
    if (submittedAt === null) continue;
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.size !== sealedBytes(bytes)) missing++;
  }
  return missing;
}

/** What the backup names, in the order of its ids; nothing where there is no evidence at all, as at the hub. */
async function* evidenceOf(
  backup: Db,
): AsyncGenerator<{ name: string; bytes: number; submittedAt: string | null }, void> {
  const tables = await backup.introspection.getTables();
  if (!tables.some(({ name }) => name === 'evidence_file')) return;
  for (let after = ''; ;) {
    const rows = await backup
      .selectFrom('evidence_file')
      .select(['id', 'bytes', 'submittedAt'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(ROWS)
      .execute();
    for (const { id, bytes, submittedAt } of rows) yield { name: fileOf(id), bytes, submittedAt };
    if (rows.length < ROWS) return;
    after = rows.at(-1)!.id;
  }
}
