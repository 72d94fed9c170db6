import { z } from 'zod';
import { message } from './core/message.ts';
import { Stage } from './orgs/org.ts';
import { HandOverFault } from './hand-over-fault.ts';
import { PackedEvidence } from './packed-record.ts';

/**
 * The hand-over of a record (调档) from the node that holds it to another (docs/PROTOCOL.md, "Hand-over"). The hub orders, in
 * steps; the record travels as a package that only the destination can open, in parts, each named by its hash.
 */

/** Bytes of a package before it is encrypted: the pictures of one pupil are at most twenty of two megabytes. */
export const PACKAGE_BYTES_MAX = 48 * 1024 * 1024;
/**
 * Of a part before it is encrypted: with two rounds of base64 its message has 88 KB. Beyond 128 KB each text that is made of a message
 * is a mapping of memory of its own, which costs more than all that is done with it.
 */
export const PART_BYTES = 48 * 1024;
/** Things in a package: the record and its pictures. */
export const PACKAGE_ENTRIES_MAX = 200;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** One thing in the package, in the order in which their bytes follow one another. */
export const PackageEntry = z.object({ name: z.string().max(64), bytes: z.int(), hash: Sha256 });
export type PackageEntry = z.infer<typeof PackageEntry>;

/** What the origin vouches for: hashes of the record and of every file, and of the encrypted parts in which they travel. */
export const Manifest = z.object({
  /** A record sealed once may be packed more than once; parts of another package do not count. */
  package: z.uuid(),
  /** The version of the record at the seal: what was told to the hub before has a lower or the same one. */
  version: z.int(),
  entries: z.array(PackageEntry).min(1).max(PACKAGE_ENTRIES_MAX),
  parts: z.array(Sha256).min(1),
  /** The keys of the two provinces under which it is encrypted. */
  sealedBy: z.string(),
  sealedFor: z.string(),
});
export type Manifest = z.infer<typeof Manifest>;

const transfer = z.uuid();
/** How often the record was sealed or moved: writable is only the copy whose epoch is the hub's. */
const epoch = z.int();

/** Order: nothing may be written to this record from now on; pack it for `to`. */
export const SealRecord = message(
  'record.seal',
  z.object({
    transfer,
    studentId: z.string(),
    epoch,
    to: z.string(),
    toSchoolName: z.string(),
    /** Rises when the destination could not use a package. */
    attempt: z.int(),
  }),
  { confidential: true },
);

/** Fact: one part of a package, encrypted for the destination; the hub passes it on and cannot read it. */
export const RecordPart = message(
  'record.part',
  z.object({ transfer, package: z.uuid(), index: z.int(), sealed: z.string() }),
);

/** Fact: the record is sealed, and these are its parts. All of them were told before. */
export const RecordSealed = message(
  'record.sealed',
  z.object({ transfer, studentId: z.string(), epoch, manifest: Manifest }),
  {
    confidential: true,
  },
);

export const SealRefused = message(
  'record.seal-refused',
  z.object({ transfer, studentId: z.string(), fault: HandOverFault }),
);

/** Order: the parts that came make this record; keep it apart until it is admitted. */
export const CopyRecord = message(
  'record.copy',
  z.object({
    transfer,
    studentId: z.string(),
    from: z.string(),
    fromSchoolName: z.string(),
    schoolId: z.string(),
    stage: Stage,
    cohort: z.int(),
    manifest: Manifest,
    /** What the hub had been told of the record at this version: the package is to hold no other. */
    promised: z.object({ studentNumber: z.string(), name: z.string(), birthDate: z.string() }).optional(),
  }),
  { confidential: true },
);

/** Fact: every hash was right, and the record is durable here. */
export const RecordStaged = message('record.staged', z.object({ transfer, package: z.uuid() }));
export const StagingFailed = message(
  'record.staging-failed',
  z.object({ transfer, package: z.uuid(), fault: HandOverFault }),
);

/** Order to the destination: the record is yours. */
export const AdmitRecord = message('record.admit', z.object({ transfer, studentId: z.string(), epoch }));
/**
 * Fact, after a restore of the hub and of the destination: nothing that the order to admit is about has come, nor will it. What is left of
 * the record is with the origin, which packs it once more.
 */
export const RecordMissing = message('record.missing', z.object({ transfer, studentId: z.string() }));
/** Order to the origin: the record is another's now. */
export const ReleaseRecord = message('record.release', z.object({ transfer, studentId: z.string(), epoch }));
export const RecordAdmitted = message('record.admitted', z.object({ transfer, studentId: z.string() }));
export const RecordReleased = message('record.released', z.object({ transfer, studentId: z.string() }));

/** Fact of the hub: a part of a picture that the transfer was decided on. The record at the destination has it from here on. */
export const TransferPicture = message(
  'transfer.picture',
  z.object({
    transfer,
    studentId: z.string(),
    ...PackedEvidence.shape,
    sha256: Sha256,
    index: z.int(),
    of: z.int().min(1).max(100),
    /** Base64 of at most `PART_BYTES`. */
    part: z.string(),
  }),
  { confidential: true },
);

/** Orders: nothing comes of it. The origin may write again; the destination forgets what it got. */
export const UnsealRecord = message('record.unseal', z.object({ transfer, studentId: z.string() }));
export const DiscardRecord = message('record.discard', z.object({ transfer, studentId: z.string() }));
export const RecordUnsealed = message('record.unsealed', z.object({ transfer, studentId: z.string() }));
export const RecordDiscarded = message('record.discarded', z.object({ transfer, studentId: z.string() }));
