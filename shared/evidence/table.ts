import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { EvidenceFile } from '../../contracts/evidence.ts';

/** One picture; its bytes are in the file store under `evidence-` and the id. */
export interface EvidenceFileTable {
  id: string;
  ownerKind: string;
  ownerId: string;
  /** Of the owner: who may look at it. */
  orgId: string;
  fileName: string;
  contentType: EvidenceFile['contentType'];
  bytes: number;
  width: number;
  height: number;
  /** Keyed fingerprint of the bytes: the same picture is there once. */
  fingerprint: Buffer;
  uploadedBy: string;
  uploadedAt: string;
  /** When it was first handed in for review; from then on it stays. */
  submittedAt: string | null;
}

export interface EvidenceTables {
  evidence_file: EvidenceFileTable;
}

export async function createEvidenceTable(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('evidence_file')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('ownerKind', 'text', (c) => c.notNull())
    .addColumn('ownerId', 'text', (c) => c.notNull())
    .addColumn('orgId', 'text', (c) => c.notNull().references('org.id'))
    .addColumn('fileName', 'text', (c) => c.notNull())
    .addColumn('contentType', 'text', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('width', 'integer', (c) => c.notNull())
    .addColumn('height', 'integer', (c) => c.notNull())
    .addColumn('fingerprint', 'blob', (c) => c.notNull())
    .addColumn('uploadedBy', 'text', (c) => c.notNull())
    .addColumn('uploadedAt', 'text', (c) => c.notNull())
    .addColumn('submittedAt', 'text')
    .modifyEnd(sql`strict`)
    .execute();
  // The evidence of one owner; the same picture only once.
  await db.schema
    .createIndex('evidence_file_owner')
    .on('evidence_file')
    .columns(['ownerKind', 'ownerId', 'fingerprint'])
    .unique()
    .execute();
}
