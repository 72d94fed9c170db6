import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import {
  downloadEvidence,
  EVIDENCE_FILES_MAX,
  listEvidence,
  removeEvidence,
  uploadEvidence,
} from '../../contracts/evidence.ts';
import type { EvidenceFile } from '../../contracts/evidence.ts';
import { isoTime } from '../clock.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import { tellPages } from '../http/news.ts';
import { serve, serveDownload, serveUpload } from '../http/serve.ts';
import type { Call, Caller, DownloadFile, Served, UploadedFile } from '../http/serve.ts';
import { maskIdNumbers } from '../log.ts';
import { isInScope, mustBeInScope } from '../org/scope.ts';
import { fileOf, listEvidenceOf, removeFiles, supersede, viewEvidence } from './evidence.ts';
import type { EvidenceContext, EvidenceOwner } from './evidence.ts';
import { readPicture } from './read-picture.ts';
import type { EvidenceFileTable, EvidenceTables } from './table.ts';

/** The topic of `/api/evidence` (`tellPages`). */
const EVIDENCE = 'evidence';

type Owners = (kind: string) => EvidenceOwner;
type OwnerInput = z.output<typeof listEvidence.input>;

/** The endpoints of evidence, for everything that the businesses declare as its owners. */
export function serveEvidence<Context extends EvidenceContext>(owners: readonly EvidenceOwner[]): Served<Context>[] {
  const byKind = new Map(owners.map((owner) => [owner.kind, owner]));
  const ownerOf: Owners = (kind) => {
    const owner = byKind.get(kind);
    if (!owner) throw new Problem('not-found', '没有这项业务');
    return owner;
  };
  return [
    serve(listEvidence, async (context: Context, { caller }: Call<never>, input: OwnerInput) => {
      await reachOwner(context.store.read, ownerOf, input, caller);
      return { files: (await shownOf(context.store.read, ownerOf(input.ownerKind), input)).map(viewEvidence) };
    }),
    serveUpload(uploadEvidence, (context: Context, call: Call<never>, input: OwnerInput & UploadedFile) =>
      upload(context, call, ownerOf, input),
    ),
    serveDownload(
      downloadEvidence,
      (context: Context, call: Call<never>, input: z.output<typeof downloadEvidence.input>) =>
        download(context, call, ownerOf, input),
    ),
    serve(removeEvidence, (context: Context, call: Call<never>, { id }: z.output<typeof removeEvidence.input>) =>
      remove(context, call, ownerOf, id),
    ),
  ];
}

async function shownOf(
  db: AnyDb,
  owner: EvidenceOwner,
  { ownerKind, ownerId }: OwnerInput,
): Promise<EvidenceFileTable[]> {
  const files = await (owner.list?.(db, ownerId) ?? listEvidenceOf(db, ownerKind, ownerId));
  return owner.isSingle ? files.slice(-1) : files;
}

const titleOf = ({ title = '证明材料' }: EvidenceOwner): string => title;

/** Unless the owner's org, or the other side's, is in the caller's subtree, there is no such owner. */
async function reachOwner(db: AnyDb, ownerOf: Owners, of: OwnerInput, caller: Caller): Promise<void> {
  for (const otherOrgId of (await ownerOf(of.ownerKind).otherOrgsOf?.(db, of.ownerId)) ?? [])
    if (await isInScope(db, otherOrgId, caller)) return;
  await mustOwn(db, ownerOf, of, caller);
}

/** The owner's org, in the caller's subtree: the other side looks, and neither adds nor removes. */
async function mustOwn(db: AnyDb, ownerOf: Owners, of: OwnerInput, caller: Caller): Promise<string> {
  const orgId = await ownerOf(of.ownerKind).orgOf(db, of.ownerId);
  if (orgId === undefined) throw new Problem('not-found', '没有这项申请');
  await mustBeInScope(db, orgId, caller);
  return orgId;
}

async function mustBeChangeable(db: AnyDb, ownerOf: Owners, { ownerKind, ownerId }: OwnerInput): Promise<void> {
  const reason = await ownerOf(ownerKind).reasonAgainstChange(db, ownerId);
  if (reason) throw new Problem('illegal-move', reason);
}

/** The picture is read to its end and kept sealed before its row: a row never stands without its picture. */
async function upload(
  context: EvidenceContext,
  call: Call<never>,
  ownerOf: Owners,
  { file, fileName, ...owner }: OwnerInput & UploadedFile,
): Promise<EvidenceFile> {
  const { store, files, vault, ids, clock } = context;
  const orgId = await mustOwn(store.read, ownerOf, owner, call.caller);
  await mustBeChangeable(store.read, ownerOf, owner);
  const declared = ownerOf(owner.ownerKind);
  const { bytes, ...picture } = await readPicture(file);
  const against = declared.reasonAgainstPicture?.(picture);
  if (against) throw new Problem('file-unreadable', against);
  const id = ids.next();
  await files.put(fileOf(id), bytes);
  const row: EvidenceFileTable = {
    ...owner,
    ...picture,
    id,
    orgId,
    fileName: maskIdNumbers(fileName),
    bytes: bytes.length,
    fingerprint: vault.fingerprint(Buffer.from(bytes).toString('latin1')),
    uploadedBy: call.caller.personName,
    uploadedAt: isoTime(clock.now()),
    submittedAt: null,
  };
  try {
    const { kept, gone } = await call.decide(async (tx: AnyTx, note) => {
      await mustBeChangeable(tx, ownerOf, owner);
      note(owner.ownerId, `上传${titleOf(declared)} ${row.fileName}`);
      const kept = await insertOnce(context, tx, row);
      return { kept, gone: declared.isSingle ? await supersede(tx, kept, row.uploadedAt) : [] };
    });
    await removeFiles(context, kept.id === id ? gone : [...gone, fileOf(id)]);
    return viewEvidence(kept);
  } catch (error) {
    // Refused: nothing refers to the picture.
    if (error instanceof Problem) await files.remove(fileOf(id));
    throw error;
  }
}

async function insertOnce(context: EvidenceContext, tx: AnyTx, row: EvidenceFileTable): Promise<EvidenceFileTable> {
  const there = await listEvidenceOf(tx, row.ownerKind, row.ownerId);
  const same = there.find(({ fingerprint }) => fingerprint.equals(row.fingerprint));
  if (same) return same;
  if (there.length >= EVIDENCE_FILES_MAX)
    throw new Problem('illegal-move', `最多上传 ${EVIDENCE_FILES_MAX} 张证明材料，请先删除不需要的`);
  await tablesOf<EvidenceTables>(tx).insertInto('evidence_file').values(row).execute();
  tellPages(context, tx, EVIDENCE, [row.orgId]);
  return row;
}

async function getFile(db: AnyDb, id: string): Promise<EvidenceFileTable> {
  const found = await tablesOf<EvidenceTables>(db)
    .selectFrom('evidence_file')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (!found) throw new Problem('not-found', '没有这份证明材料');
  return found;
}

async function download(
  context: EvidenceContext,
  call: Call<never>,
  ownerOf: Owners,
  { id }: z.output<typeof downloadEvidence.input>,
): Promise<DownloadFile> {
  const found = await getFile(context.store.read, id);
  await reachOwner(context.store.read, ownerOf, found, call.caller);
  const { ownerKind, ownerId, fileName, contentType } = found;
  const body = await context.files.get(fileOf(id));
  await call.decide(async (_tx, note) => note(ownerId, `查看${titleOf(ownerOf(ownerKind))} ${fileName}`));
  return { fileName, contentType, body };
}

async function remove(
  context: EvidenceContext,
  call: Call<never>,
  ownerOf: Owners,
  id: string,
): Promise<Record<string, never>> {
  await call.decide(async (tx: AnyTx, note) => {
    const { ownerKind, ownerId, orgId, fileName, submittedAt } = await getFile(tx, id);
    await mustOwn(tx, ownerOf, { ownerKind, ownerId }, call.caller);
    await mustBeChangeable(tx, ownerOf, { ownerKind, ownerId });
    const title = titleOf(ownerOf(ownerKind));
    const { whyKept = `已提交审核的${title}作为办理依据保留，不能删除；可以上传新的` } = ownerOf(ownerKind);
    if (submittedAt !== null) throw new Problem('illegal-move', whyKept);
    await tablesOf<EvidenceTables>(tx).deleteFrom('evidence_file').where('id', '=', id).execute();
    tellPages(context, tx, EVIDENCE, [orgId]);
    note(ownerId, `删除${title} ${fileName}`);
  });
  await removeFiles(context, [fileOf(id)]);
  return {};
}
