import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { assert } from '../../assert.ts';

export interface ZipPart {
  name: string;
  text: AsyncIterable<string> | Iterable<string>;
}

interface Written {
  name: Buffer;
  crc: number;
  compressedBytes: number;
  bytes: number;
  from: number;
}

/** Text is gathered to this length before it is compressed. */
const CHUNK_CHARS = 64 * 1024;
/** Sizes follow the data; names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;
const VERSION = 20;
/** 1980-01-01, midnight: the same content makes the same file. */
const DOS_DATE = 0x21;
const BYTES_MAX = 0xffffffff;

/** A ZIP archive, piece by piece; memory does not grow with its length. A part's text is asked for when its turn comes. */
export async function* writeZip(parts: Iterable<ZipPart>): AsyncGenerator<Uint8Array> {
  const written: Written[] = [];
  let at = 0;
  for (const part of parts) {
    const entry: Written = { name: Buffer.from(part.name), crc: 0, compressedBytes: 0, bytes: 0, from: at };
    const head = localHeader(entry);
    yield head;
    const deflate = createDeflateRaw({ chunkSize: 64 * 1024 });
    // The iteration below hands on whatever goes wrong.
    pipeline(Readable.from(counted(part.text, entry)), deflate, () => {});
    for await (const chunk of deflate) {
      entry.compressedBytes += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    const tail = dataDescriptor(entry);
    yield tail;
    at += head.length + entry.compressedBytes + tail.length;
    assert(at <= BYTES_MAX && entry.bytes <= BYTES_MAX, 'a workbook stays below 4 GiB');
    written.push(entry);
  }
  yield centralDirectory(written, at);
}

async function* counted(text: ZipPart['text'], entry: Written): AsyncGenerator<Buffer> {
  let pending: string[] = [];
  let chars = 0;
  const take = (): Buffer => {
    const chunk = Buffer.from(pending.join(''));
    pending = [];
    chars = 0;
    entry.crc = crc32(chunk, entry.crc);
    entry.bytes += chunk.length;
    return chunk;
  };
  for await (const piece of text) {
    pending.push(piece);
    chars += piece.length;
    if (chars >= CHUNK_CHARS) yield take();
  }
  if (chars > 0) yield take();
}

function localHeader({ name }: Written): Buffer {
  const header = Buffer.alloc(30 + name.length);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(FLAGS, 6);
  header.writeUInt16LE(DEFLATED, 8);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt16LE(name.length, 26);
  name.copy(header, 30);
  return header;
}

function dataDescriptor({ crc, compressedBytes, bytes }: Written): Buffer {
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(crc, 4);
  descriptor.writeUInt32LE(compressedBytes, 8);
  descriptor.writeUInt32LE(bytes, 12);
  return descriptor;
}

function centralDirectory(entries: readonly Written[], at: number): Buffer {
  const records = entries.map(({ name, crc, compressedBytes, bytes, from }) => {
    const record = Buffer.alloc(46 + name.length);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(VERSION, 4);
    record.writeUInt16LE(VERSION, 6);
    record.writeUInt16LE(FLAGS, 8);
    record.writeUInt16LE(DEFLATED, 10);
    record.writeUInt16LE(DOS_DATE, 14);
    record.writeUInt32LE(crc, 16);
    record.writeUInt32LE(compressedBytes, 20);
    record.writeUInt32LE(bytes, 24);
    record.writeUInt16LE(name.length, 28);
    record.writeUInt32LE(from, 42);
    name.copy(record, 46);
    return record;
  });
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([directory, end]);
}
