import { crc32, deflateSync } from 'node:zlib';

/** A photograph of 24 × 16 as a browser writes it. */
export const tinyJpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6j' +
    'q62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk' +
    'pKSkpKSkpKT/wAARCAAQABgDASIAAhEBAxEB/8QAFwAAAwEAAAAAAAAAAAAAAAAAAAECBv/EABUQAQEAAAAAAAAAAAAAAAAAAAAB' +
    '/8QAFgEBAQEAAAAAAAAAAAAAAAAAAQAC/8QAFREBAQAAAAAAAAAAAAAAAAAAAAH/2gAMAwEAAhEDEQA/ANHU06mqAUFQ0H//2Q==',
  'base64',
);

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

export const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export interface PngOptions {
  shade?: number;
  /** Rows that are really there. */
  rows?: number;
  interlace?: number;
  /** Four bytes a pixel: red, green, blue and how opaque it is. */
  coloured?: boolean;
  /** More chunks, before the picture. */
  more?: readonly Buffer[];
}

/** A grey picture of one shade: each shade is another picture. */
export function greyPng(width: number, height: number, options: PngOptions = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, options.coloured ? 6 : 0, 0, 0, options.interlace ?? 0], 8);
  const row = Buffer.alloc(width * (options.coloured ? 4 : 1) + 1, options.shade ?? 200);
  row[0] = 0;
  const rows = Buffer.concat(Array.from({ length: options.rows ?? height }, () => row));
  return Buffer.concat([
    pngSignature,
    pngChunk('IHDR', header),
    ...(options.more ?? []),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** One that compresses to no less than it is: `next` gives numbers from 0 to 1. */
export function noisyPng(side: number, next: () => number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 6], 8);
  const width = side * 4 + 1;
  const rows = Buffer.from(
    Array.from({ length: side * width }, (_, at) => (at % width ? Math.floor(next() * 256) : 0)),
  );
  const picture = pngChunk('IDAT', deflateSync(rows));
  return Buffer.concat([pngSignature, pngChunk('IHDR', header), picture, pngChunk('IEND', Buffer.alloc(0))]);
}
