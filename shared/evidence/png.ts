import { pipeline } from 'node:stream/promises';
import { crc32, createInflate } from 'node:zlib';
import { damaged, mustBeOfSize } from './picture.ts';
import type { Picture } from './picture.ts';

/** Portable Network Graphics, ISO/IEC 15948: signature, chunks with checksums, one zlib stream of filtered rows. */
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const CHUNK_BYTES = 12;
const CHUNKS_MAX = 20_000;

/** What makes the picture; gamma and transparency change how it looks. Everything else is left out. */
const kept = new Set(['IHDR', 'PLTE', 'tRNS', 'gAMA', 'IDAT', 'IEND']);

/** Samples a pixel and the bit depths that go with it, by colour type (11.2.2). */
const colourTypes: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** First column, first row, column step, row step of the seven passes of an interlaced picture (8.2). */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Chunk {
  type: string;
  data: Buffer;
  /** With length and checksum. */
  whole: Buffer;
}

export function isPng(file: Uint8Array): boolean {
  return SIGNATURE.equals(file.subarray(0, SIGNATURE.length));
}

/** Every checksum, the palette where one is needed, and every row of the picture, unpacked. */
export async function readPng(file: Uint8Array): Promise<Picture> {
  const chunks = chunksOf(Buffer.from(file));
  const header = headerOf(chunks[0]);
  mustBeInOrder(chunks, header);
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  await mustBeFiltered(packed, rowsOf(header));
  const bytes = Buffer.concat([SIGNATURE, ...chunks.filter(({ type }) => kept.has(type)).map(({ whole }) => whole)]);
  return { contentType: 'image/png', width: header.width, height: header.height, bytes };
}

/** Up to IEND; an unknown chunk without which the picture cannot be read is refused. */
function chunksOf(file: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; chunks.length < CHUNKS_MAX;) {
    if (at + CHUNK_BYTES > file.length) throw damaged();
    const length = file.readUInt32BE(at);
    const end = at + CHUNK_BYTES + length;
    if (end > file.length) throw damaged();
    const type = file.toString('latin1', at + 4, at + 8);
    if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) throw damaged();
    const isCritical = /^[A-Z]/.test(type);
    if (isCritical && !kept.has(type)) throw damaged();
    chunks.push({ type, data: file.subarray(at + 8, end - 4), whole: file.subarray(at, end) });
    if (type === 'IEND') return chunks;
    at = end;
  }
  throw damaged();
}

/** One palette where there may be one, before the picture, which is in one piece (5.6): browsers show nothing else. */
function mustBeInOrder(chunks: readonly Chunk[], { colourType }: Header): void {
  const palettes = chunks.filter(({ type }) => type === 'PLTE');
  const first = chunks.findIndex(({ type }) => type === 'IDAT');
  const last = chunks.findLastIndex(({ type }) => type === 'IDAT');
  if (chunks.filter(({ type }) => type === 'IHDR').length > 1 || palettes.length > 1 || first === -1) throw damaged();
  if (palettes.length === 0 ? colourType === 3 : colourType === 0 || colourType === 4) throw damaged();
  if (palettes.some(({ data }) => data.length === 0 || data.length % 3 !== 0 || data.length > 768)) throw damaged();
  if (chunks.slice(first, last).some(({ type }) => type !== 'IDAT')) throw damaged();
  if (chunks.slice(first).some(({ type }) => type === 'PLTE' || type === 'tRNS' || type === 'gAMA')) throw damaged();
}

interface Header {
  width: number;
  height: number;
  bits: number;
  colourType: number;
  isInterlaced: boolean;
}

function headerOf(first: Chunk | undefined): Header {
  if (first?.type !== 'IHDR' || first.data.length !== 13) throw damaged();
  const { data } = first;
  const [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const [depth, colourType, compression, filter, interlace] = data.subarray(8) as unknown as [
    ...[number, number, number, number, number],
  ];
  const known = colourTypes[colourType];
  if (!known?.depths.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1) throw damaged();
  mustBeOfSize(width, height);
  return { width, height, bits: known.samples * depth, colourType, isInterlaced: interlace === 1 };
}

/** How many rows of how many bytes (without the filter byte), pass by pass. */
function rowsOf({ width, height, bits, isInterlaced }: Header): { count: number; bytes: number }[] {
  if (!isInterlaced) return [{ count: height, bytes: Math.ceil((width * bits) / 8) }];
  return adam7
    .map(([column, row, columnStep, rowStep]) => ({
      columns: Math.ceil((width - column) / columnStep),
      count: Math.ceil((height - row) / rowStep),
    }))
    .filter(({ columns, count }) => columns > 0 && count > 0)
    .map(({ columns, count }) => ({ count, bytes: Math.ceil((columns * bits) / 8) }));
}

/**
 * Unpacks the picture and looks at the filter that each row begins with (9.2). Nothing is kept: two megabytes can unpack to
 * two thousand. Rows that are missing or too many, and what stands behind the packed picture, are refused.
 */
async function mustBeFiltered(
  packed: readonly Buffer[],
  rows: readonly { count: number; bytes: number }[],
): Promise<void> {
  const inflate = createInflate();
  const starts = rowStarts(rows);
  let next = starts.next();
  let at = 0;
  const length = rows.reduce((sum, { count, bytes }) => sum + count * (bytes + 1), 0);
  await pipeline(packed, inflate, async (unpacked: AsyncIterable<Buffer>) => {
    for await (const piece of unpacked) {
      if (at + piece.length > length) throw damaged();
      for (; !next.done && next.value < at + piece.length; next = starts.next())
        if (piece[next.value - at]! > 4) throw damaged();
      at += piece.length;
    }
  }).catch(() => {
    throw damaged();
  });
  const given = packed.reduce((sum, { length: bytes }) => sum + bytes, 0);
  if (at !== length || inflate.bytesWritten !== given) throw damaged();
}

/** Where in the unpacked picture each row begins. */
function* rowStarts(rows: readonly { count: number; bytes: number }[]): Generator<number> {
  let at = 0;
  for (const { count, bytes } of rows) for (let row = 0; row < count; row++, at += bytes + 1) yield at;
}
