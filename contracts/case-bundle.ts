import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { KeyId, Sha256Hex } from './core/envelope.ts';
import { NodeId } from './core/message.ts';
import { StudentEventStep, TransferEvidence } from './packed-record.ts';
import { watchers, TransferState } from './transfer.ts';
import { TransferKind } from './transfer-rules.ts';

/**
 * The signed bundle of one case (案卷; protocol.md 7, docs/PROTOCOL.md "Case bundle"): JSON lines, each in its one canonical form,
 * with every signed envelope of the case as it crossed the wire. `npm run verify-case` checks it without anything else.
 */
export const CASE_FORMAT = 'xueji-case/1';
/** Part of what is signed, so that no other document of the hub passes for a seal. */
export const CASE_TYPE = 'application/vnd.xueji.case+json;v=1';

const Envelope = z.string().min(1);

export const HeadLine = z.strictObject({
  line: z.literal('case'),
  format: z.literal(CASE_FORMAT),
  id: z.uuid(),
  /** The hub's key that seals the bundle, and the fingerprint of the key from which trust begins. */
  sealedBy: KeyId,
  root: z.string(),
  exportedAt: z.string(),
  exportedBy: z.string(),
  exportedFor: z.string(),
});

/** A node directory as the hub signed it, the oldest first: each is signed with a key of the one before. */
export const DirectoryLine = z.strictObject({ line: z.literal('directory'), version: z.int(), envelope: Envelope });

/** One signed message of the case, in the order of the hub's log. */
export const MessageLine = z.strictObject({
  line: z.literal('message'),
  position: z.int(),
  direction: z.enum(['sent', 'received']),
  peer: NodeId,
  incarnation: z.int(),
  sequence: z.int(),
  kind: z.string(),
  at: z.string(),
  /** What became of it at its receiver; null: no receipt yet. `reissued`: said again in a later incarnation. */
  outcome: z.enum(['applied', 'refused', 'parked', 'dead', 'reissued']).nullable(),
  envelope: Envelope,
  /** Of a confidential message what the hub vouches to be in it, as far as the exporter may see it; null otherwise. */
  opened: z.array(z.unknown()).nullable(),
});
export type MessageLine = z.infer<typeof MessageLine>;

/** The latest receipt of a peer for one stream of the hub. */
export const ReceiptLine = z.strictObject({
  line: z.literal('receipt'),
  peer: NodeId,
  incarnation: z.int(),
  envelope: Envelope,
});

export const StepLine = z.strictObject({ line: z.literal('step'), ...StudentEventStep.shape });
export const EvidenceLine = z.strictObject({ line: z.literal('evidence'), ...TransferEvidence.shape });

/** Where the case stood when it was exported. */
export const TransferLine = z.strictObject({
  line: z.literal('transfer'),
  kind: TransferKind,
  state: TransferState,
  revision: z.int(),
  studentId: z.string(),
  maskedStudentNumber: z.string(),
  name: z.string(),
  fromProvince: NodeId,
  fromSchoolName: z.string(),
  toProvince: NodeId,
  toSchoolName: z.string(),
});

/** Of every line before it: length with the line feed, SHA-256, and the two sums by which a changed byte is found. */
export const IndexLine = z.strictObject({
  line: z.literal('index'),
  lines: z.array(z.tuple([z.int(), Sha256Hex, z.int(), z.int()])),
});
export type IndexEntry = z.infer<typeof IndexLine>['lines'][number];

/** The hub's signature over `CaseSeal`. The last line. */
export const SealLine = z.strictObject({ line: z.literal('seal'), envelope: Envelope });

export const CaseLine = z.discriminatedUnion('line', [
  HeadLine,
  DirectoryLine,
  MessageLine,
  ReceiptLine,
  StepLine,
  EvidenceLine,
  TransferLine,
  IndexLine,
  SealLine,
]);
export type CaseLine = z.infer<typeof CaseLine>;

/** What the hub signs: where the index stands, and its hash. */
export const CaseSeal = z.strictObject({
  format: z.literal(CASE_FORMAT),
  id: z.uuid(),
  indexAt: z.int(),
  indexBytes: z.int(),
  index: Sha256Hex,
});
export type CaseSeal = z.infer<typeof CaseSeal>;

/** What a told case says in a bundle: what its page shows, without accounts and whole numbers. */
export const CaseTold = z.strictObject({
  revision: z.int(),
  state: TransferState,
  maskedStudentNumber: z.string(),
  name: z.string(),
  fromProvince: NodeId,
  fromSchoolName: z.string(),
  toProvince: NodeId,
  toSchoolName: z.string(),
  steps: z.array(StudentEventStep),
  evidence: z.array(TransferEvidence),
});
export type CaseTold = z.infer<typeof CaseTold>;

/** Whoever may see the case may take its file along. */
export const exportCase = endpoint({
  kind: 'download',
  method: 'get',
  path: '/api/transfers/bundle',
  title: '导出案卷',
  access: { roles: watchers, reach: { one: 'transfer', from: 'id' } },
  input: z.object({ id: z.string() }),
  output: z.unknown(),
  problems: ['not-found', 'too-many-requests'],
  audited: true,
});
