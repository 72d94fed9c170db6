import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { Problem } from '../../../contracts/core/problems.ts';
import { SHEET_BYTES_MAX } from '../../../contracts/core/sheet.ts';
import { damaged, unreadable } from './refusals.ts';

/** How large a file may be, and what is in it once it is inflated. */
export interface ZipLimits {
  fileBytesMax: number;
  inflatedBytesMax: number;
}
/** Of what people upload. 10,000 rows of 73 full columns are 75 MB; Excel's own parts are about 15 entries. */
const uploadLimits: ZipLimits = { fileBytesMax: SHEET_BYTES_MAX, inflatedBytesMax: 200 * 1024 * 1024 };
const ENTRIES_MAX = 100;
/** Sheets reach 20 to 40; deflate can reach 1,032. Small entries are not looked at. */
const INFLATION_RATIO_MAX = 150;
const RATIO_CHECKED_BYTES = 1024 * 1024;

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const CENTRAL_SIGNATURE = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;

/** What a sheet of data never needs, and what it would be used for. */
const refusedEntries: readonly (readonly [pattern: RegExp, detail: string])[] = [
  [/vbaproject|\/macrosheets\//i, '文件中含有宏，请另存为不含宏的“Excel 工作簿（.xlsx）”后重新上传'],
  [/\/externallinks\//i, '文件链接了其他工作簿，请在“数据-编辑链接”中断开链接后重新上传'],
  [/\/activex\/|\/embeddings\//i, '文件中嵌入了其他对象或控件，请删除后重新上传'],
];

interface Entry {
  method: number;
  crc: number;
  compressedBytes: number;
  bytes: number;
  dataFrom: number;
}

export interface ZipArchive {
  has(name: string): boolean;
  /** The entry's bytes, never more than it declares, and its checksum compared at the end. */
  read(name: string): AsyncIterable<Uint8Array>;
}

/**
 * Opens the container of an .xlsx and refuses hostile ones before a byte is inflated: size, entries, declared sizes and
 * ratio, encryption, macros, external links, two entries of one name, local headers that differ. Problem
 * `file-too-large` or `file-unreadable`. ZIP64 is refused: nothing that we accept needs it.
 */
export function openZip(file: Uint8Array, limits: ZipLimits = uploadLimits): ZipArchive {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  refuseOtherFormats(bytes, limits);
  const entries = readCentralDirectory(bytes, limits);
  return {
    has: (name) => entries.has(name),
    read(name) {
      const entry = entries.get(name);
      if (!entry) throw damaged();
      return inflate(bytes.subarray(entry.dataFrom, entry.dataFrom + entry.compressedBytes), entry);
    },
  };
}

function refuseOtherFormats(bytes: Buffer, { fileBytesMax }: ZipLimits): void {
  if (bytes.length === 0) throw unreadable('文件是空的，请重新选择文件');
  if (bytes.length > fileBytesMax)
    throw new Problem('file-too-large', `文件不能超过 ${fileBytesMax / 1024 / 1024} MB，请分成几个文件上传`);
  if (bytes.length >= 8 && bytes.readBigUInt64BE() === 0xd0cf11e0a1b11ae1n)
    throw unreadable('文件已加密或是旧版 .xls 格式，请取消密码并另存为 .xlsx 后重新上传');
  if (bytes.length < END_BYTES || bytes.readUInt16BE() !== 0x504b)
    throw unreadable('不是 Excel 文件，请使用下载的模板填写，并保存为 .xlsx');
}

function readCentralDirectory(bytes: Buffer, { inflatedBytesMax }: ZipLimits): Map<string, Entry> {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  if (count === 0) throw damaged();
  if (count > ENTRIES_MAX) throw unreadable('文件内容过于复杂，请把数据复制到下载的模板中再上传');
  const entries = new Map<string, Entry>();
  let inflatedBytes = 0;
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_BYTES > end || bytes.readUInt32LE(at) !== CENTRAL_SIGNATURE) throw damaged();
    const nameBytes = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    const entry = readEntry(bytes, at, name);
    if (entries.has(name)) throw damaged();
    inflatedBytes += entry.bytes;
    if (inflatedBytes > inflatedBytesMax) throw bomb();
    entries.set(name, entry);
    at += CENTRAL_BYTES + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function findEnd(bytes: Buffer): number {
  const last = bytes.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - COMMENT_BYTES_MAX); at--)
    if (bytes.readUInt32LE(at) === END_SIGNATURE) return at;
  throw damaged();
}

function readEntry(bytes: Buffer, at: number, name: string): Entry {
  for (const [pattern, detail] of refusedEntries) if (pattern.test(`/${name}`)) throw unreadable(detail);
  if (bytes.readUInt16LE(at + 8) & ENCRYPTED_FLAG) throw unreadable('文件已加密，请取消密码后重新上传');
  const method = bytes.readUInt16LE(at + 10);
  const compressedBytes = bytes.readUInt32LE(at + 20);
  const size = bytes.readUInt32LE(at + 24);
  if (method !== STORED && method !== DEFLATED) throw damaged();
  if (size > RATIO_CHECKED_BYTES && size > compressedBytes * INFLATION_RATIO_MAX) throw bomb();
  const local = bytes.readUInt32LE(at + 42);
  if (local + LOCAL_BYTES > bytes.length || bytes.readUInt32LE(local) !== LOCAL_SIGNATURE) throw damaged();
  const nameBytes = bytes.readUInt16LE(local + 26);
  if (bytes.toString('utf8', local + LOCAL_BYTES, local + LOCAL_BYTES + nameBytes) !== name) throw damaged();
  const dataFrom = local + LOCAL_BYTES + nameBytes + bytes.readUInt16LE(local + 28);
  if (dataFrom + compressedBytes > bytes.length) throw damaged();
  return { method, crc: bytes.readUInt32LE(at + 16), compressedBytes, bytes: size, dataFrom };
}

function bomb(): Problem {
  return unreadable('文件解压后过大，请删除多余的工作表和空白行列，或分成几个文件上传');
}

async function* inflate(compressed: Buffer, entry: Entry): AsyncIterable<Uint8Array> {
  let crc = 0;
  let length = 0;
  for await (const chunk of entry.method === STORED ? [compressed] : inflated(compressed)) {
    length += chunk.length;
    if (length > entry.bytes) throw bomb();
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (length !== entry.bytes || crc !== entry.crc) throw damaged();
}

async function* inflated(compressed: Buffer): AsyncIterable<Buffer> {
  const stream = Readable.from([compressed]).pipe(createInflateRaw({ chunkSize: 128 * 1024 }));
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')) throw damaged();
    throw cause;
  } finally {
    stream.destroy();
  }
}
