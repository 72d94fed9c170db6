import { z } from 'zod';
import { message } from './core/message.ts';
import { Stage } from './orgs/org.ts';
import { PackedEvidence } from './packed-record.ts';

/**
 * The hand-over of a record (调档) from the node that holds it to another (docs/PROTOCOL.md, "Hand-over"). The hub orders, in
 * steps; the record travels as a package that only the destination can open, in parts, each named by its hash.
 */

/** Bytes of a package before it is encrypted: the pictures of one pupil are at most twenty of two megabytes. */
export const PACKAGE_BYTES_MAX = 48 * 1024 * 1024;
/** Of a part before it is encrypted: with two rounds of base64 its message stays below the limit of an envelope. */
export const PART_BYTES = 96 * 1024;
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

/** Why the origin does not seal, or the destination cannot take what it got. */
export const HandOverFault = z.enum([
  'no-record',
  'not-in-custody',
  'status-not-allowed',
  'problem-record',
  'open-business',
  'record-too-large',
  'evidence-missing',
  'package-broken',
  'no-school',
  'version-behind',
  'restored-behind',
  'not-as-told',
]);
export type HandOverFault = z.infer<typeof HandOverFault>;
export const handOverFaultTitles: Record<HandOverFault, string> = {
  'no-record': '转出省学籍库中没有这条学籍',
  'not-in-custody': '该学籍已不由转出省管理，或正在调档',
  'status-not-allowed': '该生目前的学籍状态不能转学',
  'problem-record': '该生是问题学籍，处理完毕后才能转学',
  'open-business': '该生在转出省有正在办理的业务',
  'record-too-large': '学籍档案超过可传送的大小',
  'evidence-missing': '转出省缺少学籍档案中的证明材料文件',
  'package-broken': '收到的学籍档案与转出省的清单不一致',
  'no-school': '转入学校已不存在',
  'version-behind': '转出省传送的学籍比已上报全国学籍库的旧',
  'restored-behind': '转出省节点从备份恢复后，缺少该学籍恢复前的最近修改',
  'not-as-told': '转出省传送的学籍与全国学籍库登记的学籍号、姓名等不一致',
};
/** Who can mend it, and how: said with the fault to the people of both sides. */
export const handOverFaultAdvice: Record<HandOverFault, string> = {
  'no-record': '请转出学校核对学籍后，由转入学校重新查询并申请',
  'not-in-custody': '请转入学校稍后重新查询该生学籍所在省，再申请',
  'status-not-allowed': '如状态有误或需要复学，请转出学校先办理学籍异动，再由转入学校重新申请',
  'problem-record': '请转出学校先处理完问题学籍，再由转入学校重新申请',
  'open-business': '请转出学校办结或撤销该业务后，由转入学校重新申请',
  'record-too-large': '请转出学校清理重复的证明材料后，由转入学校重新申请',
  'evidence-missing': '请转出省运行维护人员恢复证明材料文件后，由转入学校重新申请',
  'package-broken': '请转入学校重新申请；如再次出现，请两省运行维护人员核对节点密钥和程序版本',
  'no-school': '请由学生现在就读的学校重新申请',
  'version-behind': '请转出省运行维护人员核对该学籍后，由转入学校重新申请',
  'restored-behind': '请转出学校补录恢复前的修改后，由转入学校重新申请',
  'not-as-told': '请转出省运行维护人员核对该学籍后，由转入学校重新申请',
};

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
