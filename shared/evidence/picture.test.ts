import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { greyPng, pngChunk, pngSignature, tinyJpeg } from '../../tests/world/pictures.ts';
import { readPicture } from './read-picture.ts';

const refusal = (file: Uint8Array): Promise<string> =>
  readPicture(file).then(
    () => 'taken',
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  );
const damaged = /^file-unreadable .*已损坏或不完整/;

/** The tiny photograph with a segment behind its start. */
const withSegment = (marker: number, data: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([tinyJpeg.subarray(0, 2), head, data, tinyJpeg.subarray(2)]);
};

/** Little-endian, as telephones write it, with the place as a second entry. */
function exif(orientation: number): Buffer {
  const tiff = Buffer.alloc(38);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(2, 8);
  tiff.writeUInt16LE(0x8825, 10);
  tiff.write('GPS', 18, 'latin1');
  tiff.writeUInt16LE(0x0112, 22);
  tiff.writeUInt16LE(3, 24);
  tiff.writeUInt32LE(1, 26);
  tiff.writeUInt16LE(orientation, 30);
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
}

describe('evidence is read by its content (features: content checked, not the file name)', () => {
  test('a JPEG and a PNG are taken with their size', async () => {
    expect(await readPicture(tinyJpeg)).toMatchObject({ contentType: 'image/jpeg', width: 24, height: 16 });
    expect(await readPicture(greyPng(30, 20))).toMatchObject({ contentType: 'image/png', width: 30, height: 20 });
  });

  test.each([
    ['a page', Buffer.from('<html><script>alert(1)</script>')],
    ['a drawing with scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a GIF', Buffer.from('GIF89a')],
    ['a PDF', Buffer.from('%PDF-1.7')],
    ['nothing', Buffer.alloc(0)],
  ])('%s is no picture', async (_what, file) => {
    expect(await refusal(file)).toContain('只能上传 JPG、PNG');
  });

  test('more than 2 MB are refused', async () => {
    expect(await refusal(Buffer.concat([tinyJpeg, Buffer.alloc(2 * 1024 * 1024)]))).toMatch(/^file-too-large/);
  });

  test('what is cut off anywhere is refused', async () => {
    for (const file of [tinyJpeg, greyPng(30, 20)])
      for (let length = 4; length < file.length; length += 7)
        expect(await refusal(file.subarray(0, length)), `${length} bytes`).not.toBe('taken');
  });

  test('what stands behind the picture, text and places are left out; a second reading changes nothing', async () => {
    const hidden = Buffer.from('<script>hidden</script>');
    const text = pngChunk('tEXt', Buffer.from('Comment\0hidden'));
    for (const file of [
      Buffer.concat([tinyJpeg, hidden]),
      withSegment(0xfe, hidden),
      withSegment(0xed, hidden),
      // Where JFIF and Adobe keep what is needed, and more.
      withSegment(0xe0, Buffer.concat([Buffer.from('JFXX\0', 'latin1'), hidden])),
      withSegment(0xe0, Buffer.concat([Buffer.from('JFIF\0\x01\x02\0\0\x01\0\x01\x05\x05', 'latin1'), hidden])),
      withSegment(0xee, Buffer.concat([Buffer.from('Adobe\0\x64\0\0\0\0\x01', 'latin1'), hidden])),
      Buffer.concat([greyPng(30, 20, { more: [text] }), hidden]),
    ]) {
      const { bytes } = await readPicture(file);
      expect(Buffer.from(bytes).includes('hidden')).toBe(false);
      expect(Buffer.from((await readPicture(bytes)).bytes).equals(bytes)).toBe(true);
    }
  });

  test('a photograph keeps its orientation and nothing else of what the camera noted', async () => {
    const { bytes } = await readPicture(withSegment(0xe1, exif(6)));
    expect(Buffer.from(bytes).includes('GPS')).toBe(false);
    expect(Buffer.from(bytes).includes('Exif')).toBe(true);
    expect(Buffer.from((await readPicture(bytes)).bytes).equals(bytes)).toBe(true);
    expect(Buffer.from((await readPicture(withSegment(0xe1, exif(1)))).bytes).includes('Exif')).toBe(false);
  });
});

describe('a PNG is unpacked', () => {
  const withRows = (raw: Buffer): Buffer => {
    const whole = greyPng(30, 20);
    const header = whole.subarray(0, pngSignature.length + 25);
    return Buffer.concat([header, pngChunk('IDAT', deflateSync(raw)), pngChunk('IEND', Buffer.alloc(0))]);
  };
  test.each([
    ['a wrong checksum', Buffer.from(greyPng(30, 20).map((byte, at) => (at === 20 ? byte ^ 1 : byte)))],
    ['rows that are missing', greyPng(30, 20, { rows: 19 })],
    ['rows too many', greyPng(30, 20, { rows: 21 })],
    ['an unknown filter', withRows(Buffer.alloc(31 * 20, 9))],
    ['a picture that unpacks to a thousand times its size', withRows(Buffer.alloc(10_000_000))],
    ['an unknown part without which it cannot be read', greyPng(30, 20, { more: [pngChunk('ABCD', Buffer.alloc(4))] })],
  ])('%s is refused', async (_what, file) => {
    expect(await refusal(file)).toMatch(damaged);
  });

  test('what is packed in behind the picture is refused', async () => {
    const rows = Buffer.alloc(31 * 20);
    const whole = greyPng(30, 20);
    const header = whole.subarray(0, pngSignature.length + 25);
    const packed = (more: Buffer): Buffer =>
      Buffer.concat([
        header,
        pngChunk('IDAT', Buffer.concat([deflateSync(rows), more])),
        pngChunk('IEND', Buffer.alloc(0)),
      ]);
    expect(await refusal(packed(Buffer.alloc(0)))).toBe('taken');
    expect(await refusal(packed(Buffer.from('hidden')))).toMatch(damaged);
  });

  test('its parts are in the order in which browsers read them', async () => {
    const palette = pngChunk('PLTE', Buffer.alloc(6));
    expect(await refusal(greyPng(30, 20, { more: [palette] }))).toMatch(damaged);
    const whole = greyPng(30, 20);
    const end = whole.length - 12;
    const again = Buffer.concat([
      whole.subarray(0, end),
      pngChunk('tEXt', Buffer.from('a')),
      pngChunk('IDAT', Buffer.alloc(0)),
      whole.subarray(end),
    ]);
    expect(await refusal(again)).toMatch(damaged);
  });

  test('one of forty million pixels is unpacked piece by piece', async () => {
    const large = greyPng(8_000, 5_000, { coloured: true });
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 5);
    expect(await readPicture(large)).toMatchObject({ width: 8_000, height: 5_000 });
    clearInterval(watch);
    // Of 160 MB.
    expect(most).toBeLessThan(80_000_000);
  });

  test('one of a hundred million pixels is refused before it is unpacked', async () => {
    expect(await refusal(greyPng(15_000, 15_000, { rows: 1 }))).toContain('过大');
  });

  test('an interlaced one has the rows of its passes', async () => {
    // 1 × 1: only the first pass has a row.
    expect(await readPicture(greyPng(1, 1, { interlace: 1 }))).toMatchObject({ width: 1, height: 1 });
    expect(await refusal(greyPng(8, 8, { interlace: 1 }))).toMatch(damaged);
  });
});

describe('a JPEG is read segment by segment', () => {
  const changed = (marker: number, change: (data: Buffer) => void): Buffer => {
    const copy = Buffer.from(tinyJpeg);
    const at = copy.indexOf(Buffer.from([0xff, marker]));
    change(copy.subarray(at + 4));
    return copy;
  };
  const frame = 0xc0;
  test.each([
    ['a scan too short for its size', changed(frame, (data) => data.writeUInt16BE(9_000, 1))],
    ['no height', changed(frame, (data) => data.writeUInt16BE(0, 1))],
    ['a table that is not there', changed(frame, (data) => data.writeUInt8(3, 8))],
    ['more codes than there can be', changed(0xc4, (data) => data.writeUInt8(200, 2))],
  ])('%s is refused', async (_what, file) => {
    expect(await refusal(file)).not.toBe('taken');
  });

  test('of ten thousand parts, or scans beyond any encoder’s, it is refused at once', async () => {
    const many = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from([0xff, 0xfe, 0, 2])));
    expect(await refusal(Buffer.concat([tinyJpeg.subarray(0, 2), many, tinyJpeg.subarray(2)]))).toMatch(damaged);
    const scan = tinyJpeg.indexOf(Buffer.from([0xff, 0xda]));
    const scans = Array.from({ length: 65 }, () => tinyJpeg.subarray(scan, -2));
    expect(await refusal(Buffer.concat([tinyJpeg.subarray(0, scan), ...scans, tinyJpeg.subarray(-2)]))).toMatch(
      damaged,
    );
  });

  test('a progressive one has a code for each block', async () => {
    const progressive = changed(frame, (data) => data.writeUInt16BE(9_000, 1));
    progressive[progressive.indexOf(Buffer.from([0xff, frame])) + 1] = 0xc2;
    expect(await refusal(progressive)).toMatch(damaged);
  });
});

test('whatever the bytes, a picture is taken or refused in words', async () => {
  const files = [tinyJpeg, greyPng(30, 20), withSegment(0xe1, exif(6))];
  const change = fc.record({ at: fc.nat(), to: fc.nat({ max: 255 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(change, { minLength: 1, maxLength: 8 }),
      async (file, changes) => {
        const copy = Buffer.from(file);
        for (const { at, to } of changes) copy[at % copy.length] = to;
        expect(await refusal(copy)).toMatch(/^taken$|^file-unreadable /);
      },
    ),
    { numRuns: 1_000 },
  );
});
