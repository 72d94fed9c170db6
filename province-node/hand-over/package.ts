import { createHash } from 'node:crypto';
import type { Manifest, PackageEntry } from '../../contracts/hand-over.ts';
import { PACKAGE_BYTES_MAX, PART_BYTES } from '../../contracts/hand-over.ts';
import { PackedRecord } from '../../contracts/packed-record.ts';
import type { EndToEnd, SealedBetween } from '../../shared/messaging/end-to-end.ts';

/** A record with its pictures as bytes, and how they travel: cut into parts, each encrypted past the hub. Pure. */

/** One thing to be packed. */
export interface Content {
  name: string;
  bytes: Uint8Array;
}

export const RECORD_ENTRY = 'record.json';

export interface Package {
  manifest: Manifest;
  /** Encrypted, in the order of the manifest. */
  parts: string[];
}

/** Undefined when it is too large to be sent. */
export function pack(
  endToEnd: EndToEnd,
  { id, version, keys }: { id: string; version: number; keys: SealedBetween },
  contents: readonly Content[],
): Package | undefined {
  const entries = contents.map(({ name, bytes }): PackageEntry => ({ name, bytes: bytes.length, hash: sha256(bytes) }));
  const whole = Buffer.concat(contents.map(({ bytes }) => bytes));
  if (whole.length > PACKAGE_BYTES_MAX) return undefined;
  const parts: string[] = [];
  for (let from = 0; from < whole.length; from += PART_BYTES)
    parts.push(endToEnd.seal(keys, aboutPart(id, parts.length), whole.subarray(from, from + PART_BYTES)));
  const { sealedBy, sealedFor } = keys;
  return { parts, manifest: { package: id, version, entries, parts: parts.map(sha256), sealedBy, sealedFor } };
}

/** Opened and checked against the manifest, byte by byte; undefined when anything is not as it was vouched for. */
export function unpack(
  endToEnd: EndToEnd,
  keys: SealedBetween,
  manifest: Manifest,
  parts: readonly string[],
): { record: PackedRecord; contents: Content[] } | undefined {
  if (parts.length !== manifest.parts.length) return undefined;
  if (parts.some((part, index) => sha256(part) !== manifest.parts[index])) return undefined;
  const opened = parts.map((part, index) => opens(endToEnd, keys, aboutPart(manifest.package, index), part));
  if (opened.includes(undefined)) return undefined;
  const whole = Buffer.concat(opened as Buffer[]);
  let at = 0;
  const contents = manifest.entries.map(({ name, bytes }) => ({ name, bytes: whole.subarray(at, (at += bytes)) }));
  if (at !== whole.length) return undefined;
  if (contents.some(({ bytes }, index) => sha256(bytes) !== manifest.entries[index]?.hash)) return undefined;
  const record = recordOf(contents);
  if (!record || record.student.version !== manifest.version) return undefined;
  const hasAll = record.evidence.every(({ id, bytes }) =>
    contents.some((one) => one.name === evidenceEntry(id) && one.bytes.length === bytes),
  );
  return hasAll ? { record, contents } : undefined;
}

export function evidenceEntry(id: string): string {
  return `evidence-${id}`;
}

function aboutPart(packageId: string, index: number): string {
  return `${packageId}/${index}`;
}

function opens(endToEnd: EndToEnd, keys: SealedBetween, about: string, part: string): Buffer | undefined {
  try {
    return endToEnd.open(keys, about, part);
  } catch {
    return undefined;
  }
}

function recordOf(contents: readonly Content[]): PackedRecord | undefined {
  const found = contents.find(({ name }) => name === RECORD_ENTRY);
  if (!found) return undefined;
  try {
    return PackedRecord.parse(JSON.parse(Buffer.from(found.bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
