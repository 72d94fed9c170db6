import { CASE_TYPE, CaseSeal } from '../../contracts/case-bundle.ts';
import type { CaseLine, IndexEntry } from '../../contracts/case-bundle.ts';
import type { DirectoryKey } from '../../contracts/link.ts';
import { HUB, openDirectory, storedDirectory } from '../../shared/messaging/directory.ts';
import type { KnownKey } from '../../shared/messaging/directory.ts';
import { holds, openEnvelope } from '../../shared/messaging/envelope.ts';
import type { Opened } from '../../shared/messaging/envelope.ts';
import { changedByte, firstDifference, indexEntry, indexLine, lineBytes, sealPayload, sha256Hex } from './lines.ts';
import { byteText, lieAt, Lie, readLine, rowsOf, textAt } from './rows.ts';
import type { Flaw, Row } from './rows.ts';

/** Whether the bytes of a bundle are those that the hub sealed; if not, which is the first that is another. */

export interface Frame {
  /** The lines before index and seal. */
  rows: Row[];
  /** The seal holds over the index. Without it only the lines themselves can tell what is wrong with them. */
  seal: CaseSeal | undefined;
  flaw: Flaw | undefined;
}

export function openFrame(file: Buffer): Frame {
  const rows = rowsOf(file);
  const seal = sealOf(rows);
  if (!seal) return { rows: contentOf(rows), seal, flaw: undefined };
  return { rows: contentOf(rows), seal, flaw: flawOf(() => mustBeSealed(file, rows, seal)) };
}

export function flawOf(check: () => void): Flaw | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Lie) return error.flaw;
    throw error;
  }
}

/** Everything up to the index; when that cannot be found, up to the last two lines. */
function contentOf(rows: readonly Row[]): Row[] {
  const index = rows.findIndex((row) => begins(row, INDEX_BEGINS));
  return rows.slice(0, index === -1 ? -2 : index);
}
const INDEX_BEGINS = '{"line":"index"';
const DIRECTORY_BEGINS = '{"line":"directory"';

function begins({ bytes }: Row, text: string): boolean {
  return bytes.toString('latin1', 0, text.length) === text;
}

/** The hub's keys by the directories of the file itself; whether these are to be trusted is not asked here. */
function hubKeys(rows: readonly Row[]): Map<string, KnownKey> {
  const keys = new Map<string, KnownKey>();
  for (const row of rows) {
    // Messages may be many and large: they are not read for it.
    const line = begins(row, DIRECTORY_BEGINS) ? tryLine(row) : undefined;
    if (line?.line !== 'directory') continue;
    const directory = quietly(() => openDirectory(storedDirectory(Buffer.from(line.envelope))));
    for (const { keyId } of directory?.node(HUB)?.keys ?? ([] as DirectoryKey[])) {
      const key = directory?.key(keyId);
      if (key) keys.set(keyId, key);
    }
  }
  return keys;
}

export function tryLine(row: Row): CaseLine | undefined {
  try {
    return readLine(row);
  } catch (error) {
    if (error instanceof Lie) return undefined;
    throw error;
  }
}

/** What a file says that cannot be read says nothing; where it lies is told by other checks. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function sealOf(rows: readonly Row[]): CaseSeal | undefined {
  const last = rows.at(-1);
  const line = last && tryLine(last);
  if (line?.line !== 'seal') return undefined;
  const opened = quietly(() => openEnvelope(Buffer.from(line.envelope)));
  if (!opened || !isSealed(opened, hubKeys(rows))) return undefined;
  const seal = CaseSeal.safeParse(quietly(() => JSON.parse(opened.payload.toString('utf8')) as unknown));
  return seal.data;
}

function isSealed(opened: Opened, keys: ReadonlyMap<string, KnownKey>): boolean {
  const key = keys.get(opened.keyId);
  return key !== undefined && quietly(() => holds(opened, key.verifier, CASE_TYPE)) === true;
}

/** The seal holds: every byte before it is vouched for. Throws `Lie`. */
function mustBeSealed(file: Buffer, rows: readonly Row[], seal: CaseSeal): void {
  const last = rows.at(-1)!;
  const entries = entriesOf(file, rows, seal);
  let offset = 0;
  for (const [at, entry] of entries.entries()) {
    const found = file.subarray(offset, offset + entry[0]);
    if (sha256Hex(found) !== entry[1]) throw otherLine({ number: at + 1, offset, bytes: found }, file, entries, at);
    offset += entry[0];
  }
  const index = indexLine(entries);
  const after = offset + index.length;
  if (!file.subarray(offset, after).equals(index) || last.offset !== after)
    throw lieAt(
      { number: entries.length + 1, offset, bytes: index },
      0,
      '这里多出了封缄时没有的内容',
      textAt(index, 0),
    );
}

/** The index that the seal vouches for: where it was, or moved by what was taken out, or as the lines make it anew. */
function entriesOf(file: Buffer, rows: readonly Row[], seal: CaseSeal): IndexEntry[] {
  const content = contentOf(rows);
  const there = file.subarray(seal.indexAt, seal.indexAt + seal.indexBytes);
  for (const bytes of [there, rows.at(-2)?.bytes, rows[content.length]?.bytes]) {
    if (!bytes || sha256Hex(bytes) !== seal.index) continue;
    const line = tryLine({ number: 0, offset: 0, bytes });
    if (line?.line === 'index') return line.lines;
  }
  const entries = content.map(({ bytes }) => indexEntry(bytes));
  const anew = indexLine(entries);
  const row: Row = { number: content.length + 1, offset: seal.indexAt, bytes: there };
  if (sha256Hex(anew) === seal.index) {
    const at = firstDifference(there, anew) ?? 0;
    throw lieAt(row, at, '索引行被改动', textAt(anew, at));
  }
  // Lines and index were both changed: what lies first is found in the lines, if it can be found in them at all.
  for (const one of content) readLine(one);
  throw lieAt(row, 0, '索引行与封缄不符', `SHA-256 ${seal.index}`);
}

/** A line that is not the one that was sealed here: changed in one byte, or removed, doubled, in another's place, rewritten. */
function otherLine(row: Row, file: Buffer, entries: readonly IndexEntry[], at: number): Lie {
  const entry = entries[at]!;
  const changed = changedByte(row.bytes, entry);
  if (changed) {
    const { at: place, must } = changed;
    return lieAt(row, place, `这个字节被改动，现为 ${byteText(row.bytes[place]!)}`, byteText(must));
  }
  const expected = `${entry[0]} bytes with SHA-256 ${entry[1]}`;
  const feed = file.indexOf('\n', row.offset);
  const whole = sha256Hex(file.subarray(row.offset, feed === -1 ? file.length : feed + 1));
  const place = entries.findIndex(([, hash]) => hash === whole);
  if (place > at)
    return lieAt(row, 0, `这里缺少第 ${at + 1} 行，或行的次序被改动（现为原第 ${place + 1} 行）`, expected);
  if (place !== -1) return lieAt(row, 0, `这里重复了第 ${place + 1} 行`, expected);
  const own = flawOf(
    () => void readLine({ ...row, bytes: file.subarray(row.offset, feed === -1 ? file.length : feed + 1) }),
  );
  return new Lie({ ...(own ?? { line: row.number, offset: row.offset, reason: '这一行被改写' }), expected });
}

/** The seal does not hold, and every line is sound by itself: index and seal are written anew, and compared byte by byte. */
export function mustBeSealable(file: Buffer, rows: readonly Row[]): void {
  const head = rows[0] && readLine(rows[0]);
  if (head?.line !== 'case') throw lieAt({ number: 1, offset: 0, bytes: file }, 0, '文件不是案卷', '{"line":"case"');
  const end = rows.at(-1)!;
  const indexAt = end.offset + end.bytes.length;
  const index = indexLine(rows.map(({ bytes }) => indexEntry(bytes)));
  const row: Row = { number: rows.length + 1, offset: indexAt, bytes: file.subarray(indexAt, indexAt + index.length) };
  const at = firstDifference(row.bytes, index);
  if (at !== undefined) throw lieAt(row, at, '索引行与前面各行不符', textAt(index, at));
  const sealAt = indexAt + index.length;
  const seal: Row = { number: row.number + 1, offset: sealAt, bytes: file.subarray(sealAt) };
  // Anything but the signature follows from the lines.
  const [before, after] = sealAround(sealPayload(head.id, indexAt, index), head.sealedBy);
  const wrong = firstDifference(seal.bytes.subarray(0, before.length), before);
  if (wrong !== undefined) throw lieAt(seal, wrong, '封缄行与前面各行不符', textAt(before, wrong));
  const tail = seal.bytes.length - after.length;
  const signature = seal.bytes.subarray(before.length, Math.max(before.length, tail));
  const badSign = signature.findIndex((byte) => !/[A-Za-z0-9+/=]/.test(String.fromCharCode(byte)));
  if (badSign !== -1) throw lieAt(seal, before.length + badSign, '封缄的签名写法不对', 'base64');
  const wrongEnd = firstDifference(seal.bytes.subarray(Math.max(before.length, tail)), after);
  if (wrongEnd !== undefined)
    throw lieAt(seal, Math.max(before.length, tail) + wrongEnd, '封缄行没有正确结束', textAt(after, wrongEnd));
  throw lieAt(seal, before.length, '封缄的签名不成立', `a signature of ${head.sealedBy}`);
}

/** The seal line without its signature. */
function sealAround(payload: Buffer, keyId: string): [Buffer, Buffer] {
  const mark = '\u0000';
  const text = {
    payloadType: CASE_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyId, signature: mark }],
  };
  const line = lineBytes({ line: 'seal', envelope: JSON.stringify(text) }).toString('utf8');
  // Escaped twice: once in the envelope, once in the line.
  const [before, after] = line.split('\\\\u0000') as [string, string];
  return [Buffer.from(before), Buffer.from(after)];
}
