import { crc32, deflateSync } from 'node:zlib';

const [WIDTH, HEIGHT] = [480, 340];

/** A page of a register, as a scanner sees it from afar: grey lines of writing on paper. Evidence of the demonstration. */
export function scannedPage(): Buffer {
  return png(WIDTH, HEIGHT, GREY, (x, y) => [shadeAt(x, y)]);
}

/** A picture of which every point's red, green and blue are told. */
export function colouredPng(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly [number, number, number],
): Buffer {
  return png(width, height, COLOURED, colourAt);
}

/** Colour types of PNG. */
const [GREY, COLOURED] = [0, 2];

function png(
  width: number,
  height: number,
  colourType: number,
  pointAt: (x: number, y: number) => readonly number[],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colourType, 0, 0, 0], 8);
  const rows = Array.from({ length: height }, (_, y) =>
    // A row begins with its filter: none.
    Buffer.from([0, ...Array.from({ length: width }, (_one, x) => pointAt(x, y)).flat()]),
  );
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function shadeAt(x: number, y: number): number {
  const isMargin = x < 40 || x > WIDTH - 40 || y < 40 || y > HEIGHT - 40;
  if (isMargin) return x === 30 || x === WIDTH - 30 || y === 30 || y === HEIGHT - 30 ? 150 : 246;
  const [line, word] = [y % 30, (x * 7 + Math.floor(y / 30) * 53) % 97];
  return line < 9 && word < 70 ? 110 : 246;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
