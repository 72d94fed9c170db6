import { createHash } from 'node:crypto';
import { CASE_FORMAT } from '../../contracts/case-bundle.ts';
import type { CaseLine, CaseSeal, IndexEntry } from '../../contracts/case-bundle.ts';

/** The text of a case bundle: one canonical JSON value a line, and what index and seal say of the lines before them. Pure. */

export const LINE_FEED = 0x0a;

/** Field order is that of the contract: the same line is always the same bytes. */
export function lineBytes(line: CaseLine): Buffer {
  return Buffer.from(`${JSON.stringify(line)}\n`);
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The sum of all bytes, and the sum of each times its place: together they tell which single byte was changed, and to what. */
export function sumsOf(bytes: Uint8Array): [sum: number, moment: number] {
  let sum = 0;
  let moment = 0;
  for (let at = 0; at < bytes.length; at++) {
    sum += bytes[at]!;
    moment += (at + 1) * bytes[at]!;
  }
  return [sum, moment];
}

export function indexEntry(bytes: Uint8Array): IndexEntry {
  return [bytes.length, sha256Hex(bytes), ...sumsOf(bytes)];
}

/** The changed byte of a line of which one byte was changed; undefined when more than one was, or none. */
export function changedByte(found: Buffer, [length, hash, sum, moment]: IndexEntry): ChangedByte | undefined {
  if (found.length !== length) return undefined;
  const [sumNow, momentNow] = sumsOf(found);
  const by = sumNow - sum;
  const at = (momentNow - moment) / by - 1;
  if (by === 0 || !Number.isInteger(at) || at < 0 || at >= length) return undefined;
  const mended = Buffer.from(found);
  const must = found[at]! - by;
  if (must < 0 || must > 0xff) return undefined;
  mended[at] = must;
  return sha256Hex(mended) === hash ? { at, must } : undefined;
}

export interface ChangedByte {
  at: number;
  must: number;
}

export function indexLine(entries: readonly IndexEntry[]): Buffer {
  return lineBytes({ line: 'index', lines: [...entries] });
}

/** The bytes that the hub signs. */
export function sealPayload(id: string, indexAt: number, index: Uint8Array): Buffer {
  const seal: CaseSeal = { format: CASE_FORMAT, id, indexAt, indexBytes: index.length, index: sha256Hex(index) };
  return Buffer.from(JSON.stringify(seal));
}

/** Where two texts begin to differ; undefined when they do not. */
export function firstDifference(found: Uint8Array, must: Uint8Array): number | undefined {
  const end = Math.min(found.length, must.length);
  for (let at = 0; at < end; at++) if (found[at] !== must[at]) return at;
  return found.length === must.length ? undefined : end;
}
