import { damaged, mustBeOfSize } from './picture.ts';
import type { Picture } from './picture.ts';

/** JPEG, ITU-T T.81: markers with segments; after each start of scan the coded picture up to the next marker. */
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const DHT = 0xc4;
const DAC = 0xcc;
const DNL = 0xdc;
const DRI = 0xdd;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP14 = 0xee;
/** Fewer bits a block than this no encoder writes: one code for the mean, one for "no more". */
const BITS_A_BLOCK_MIN = 2;
/** In a progressive picture the first scans, of the mean alone, have one code a block; the others may skip thousands. */
const BITS_A_BLOCK_MIN_PROGRESSIVE = 1;
/** Encoders write a dozen scans. Each is another walk over the whole picture for whoever looks at it. */
const SCANS_MAX = 64;
const SEGMENTS_MAX = 2_000;

interface Segment {
  marker: number;
  /** Without marker and length. */
  data: Buffer;
  /** With marker and length, and of a scan the coded picture. */
  whole: Buffer;
}

interface Frame {
  width: number;
  height: number;
  isProgressive: boolean;
  components: ReadonlyMap<number, { quantisation: number; blocks: number }>;
}

export function isJpeg(file: Uint8Array): boolean {
  return file[0] === 0xff && file[1] === SOI && file[2] === 0xff;
}

/**
 * Every segment by its own rule, the tables that the scans name, and a scan with enough bits for the size of the picture.
 * Of what applications may add (APPn, comments) the colour transform and the orientation stay: without the latter a
 * photograph of a telephone lies on its side.
 */
export function readJpeg(file: Uint8Array): Picture {
  const segments = segmentsOf(Buffer.from(file));
  const frames = segments.filter(({ marker }) => isFrame(marker));
  const [first] = frames;
  if (!first || frames.length > 1) throw damaged();
  const frame = frameOf(first);
  mustHaveScans(segments, frame);
  const orientation = segments.map(orientationOf).find((turned) => turned !== undefined);
  const { application, picture } = partsOf(segments);
  const turned = orientation === undefined ? [] : [orientationSegment(orientation)];
  const parts = [...application, ...turned, ...picture];
  const bytes = Buffer.concat([Buffer.from([0xff, SOI]), ...parts, Buffer.from([0xff, EOI])]);
  return { contentType: 'image/jpeg', width: frame.width, height: frame.height, bytes };
}

/** Baseline, extended and progressive Huffman; arithmetic, lossless and hierarchical ones no browser shows. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== DHT && marker !== 0xc8 && marker !== DAC;
}

function isKept(marker: number): boolean {
  return isFrame(marker) || [DHT, DQT, DRI, SOS].includes(marker);
}

/** What applications may tell of how the picture is to be shown, no more of it than that, before what makes the picture. */
function partsOf(segments: readonly Segment[]): { application: Buffer[]; picture: Buffer[] } {
  const jfif = segments.find(({ marker, data }) => marker === APP0 && startsWith(data, 'JFIF\0'));
  const adobe = segments.find(({ marker, data }) => marker === APP14 && startsWith(data, 'Adobe'));
  const application: Buffer[] = [];
  if (jfif && jfif.data.length >= JFIF_BYTES) {
    const data = Buffer.from(jfif.data.subarray(0, JFIF_BYTES));
    // Without its thumbnail.
    data.fill(0, JFIF_BYTES - 2);
    application.push(segmentOf(APP0, data));
  }
  if (adobe && adobe.data.length >= ADOBE_BYTES)
    application.push(segmentOf(APP14, adobe.data.subarray(0, ADOBE_BYTES)));
  return { application, picture: segments.filter(({ marker }) => isKept(marker)).map(({ whole }) => whole) };
}
/** Name, version, density, size of the thumbnail (JFIF 1.02); name, version, flags, colour transform (Adobe). */
const JFIF_BYTES = 14;
const ADOBE_BYTES = 12;

function startsWith(data: Buffer, name: string): boolean {
  return data.toString('latin1', 0, name.length) === name;
}

function segmentOf(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(2 + data.length, 2);
  return Buffer.concat([head, data]);
}

function segmentsOf(file: Buffer): Segment[] {
  const segments: Segment[] = [];
  for (let at = 2; segments.length < SEGMENTS_MAX;) {
    // Any number of fill bytes may stand before a marker.
    while (file[at] === 0xff && file[at + 1] === 0xff) at++;
    const marker = file[at + 1];
    if (file[at] !== 0xff || marker === undefined || marker === 0) throw damaged();
    if (marker === EOI) return segments;
    if (marker === SOI || (marker >= 0xd0 && marker <= 0xd7) || marker === DNL || at + 4 > file.length) throw damaged();
    const dataEnd = at + 2 + file.readUInt16BE(at + 2);
    if (dataEnd < at + 4 || dataEnd > file.length) throw damaged();
    const end = marker === SOS ? endOfScan(file, dataEnd) : dataEnd;
    segments.push({ marker, data: file.subarray(at + 4, dataEnd), whole: file.subarray(at, end) });
    at = end;
  }
  throw damaged();
}

/** In the coded picture an FF stands before 00 (a coded FF) or a restart marker; any other is the next segment. */
function endOfScan(file: Buffer, from: number): number {
  for (let at = from; at < file.length - 1; at++) {
    if (file[at] !== 0xff) continue;
    const next = file[at + 1]!;
    if (next !== 0xff && next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw damaged();
}

function frameOf({ marker, data }: Segment): Frame {
  if (marker > 0xc2 || data.length < 6) throw damaged();
  const [height, width, count] = [data.readUInt16BE(1), data.readUInt16BE(3), data[5]!];
  if (data[0] !== 8 || ![1, 3, 4].includes(count) || data.length !== 6 + count * 3) throw damaged();
  mustBeOfSize(width, height);
  const parts = Array.from({ length: count }, (_, index) => {
    const at = 6 + index * 3;
    return { id: data[at]!, across: data[at + 1]! >> 4, down: data[at + 1]! & 15, quantisation: data[at + 2]! };
  });
  if (parts.some(({ across, down }) => across < 1 || across > 4 || down < 1 || down > 4)) throw damaged();
  const [acrossMax, downMax] = [Math.max(...parts.map((one) => one.across)), Math.max(...parts.map((one) => one.down))];
  const components = new Map(
    parts.map(({ id, across, down, quantisation }) => {
      const columns = Math.ceil((width * across) / acrossMax / 8);
      const rows = Math.ceil((height * down) / downMax / 8);
      return [id, { quantisation, blocks: columns * rows }] as const;
    }),
  );
  if (components.size !== count) throw damaged();
  return { width, height, isProgressive: marker === 0xc2, components };
}

/** Every component is in a scan, every table that is named was given before, and the scans are not cut short. */
function mustHaveScans(segments: readonly Segment[], { isProgressive, components }: Frame): void {
  const quantisations = new Set<number>();
  const codes = new Set<number>();
  const scanned = new Set<number>();
  let hasFrame = false;
  if (segments.filter(({ marker }) => marker === SOS).length > SCANS_MAX) throw damaged();
  for (const segment of segments) {
    if (segment.marker === DRI && segment.data.length !== 2) throw damaged();
    if (segment.marker === DQT) for (const table of quantisationTables(segment.data)) quantisations.add(table);
    if (segment.marker === DHT) for (const table of huffmanTables(segment.data)) codes.add(table);
    if (isFrame(segment.marker)) hasFrame = true;
    if (segment.marker !== SOS) continue;
    const { parts, first } = scanOf(segment.data);
    if (!hasFrame) throw damaged();
    let blocks = 0;
    for (const { id, dc, ac } of parts) {
      const component = components.get(id);
      if (!component || !quantisations.has(component.quantisation)) throw damaged();
      if (!isProgressive && !(codes.has(dc) && codes.has(16 + ac))) throw damaged();
      if (first === 0) scanned.add(id);
      blocks += component.blocks;
    }
    const coded = segment.whole.length - segment.data.length - 4;
    const least = !isProgressive ? BITS_A_BLOCK_MIN : first === 0 ? BITS_A_BLOCK_MIN_PROGRESSIVE : 0;
    if (coded * 8 < blocks * least) throw damaged();
  }
  if (scanned.size !== components.size) throw damaged();
}

function scanOf(data: Buffer): { parts: { id: number; dc: number; ac: number }[]; first: number } {
  const count = data[0] ?? 0;
  if (count < 1 || count > 4 || data.length !== 4 + count * 2) throw damaged();
  const parts = Array.from({ length: count }, (_, index) => {
    const tables = data[2 + index * 2]!;
    return { id: data[1 + index * 2]!, dc: tables >> 4, ac: tables & 15 };
  });
  return { parts, first: data[1 + count * 2]! };
}

function* quantisationTables(data: Buffer): Generator<number> {
  for (let at = 0; at < data.length;) {
    const [precision, id] = [data[at]! >> 4, data[at]! & 15];
    at += 1 + (precision === 0 ? 64 : 128);
    if (precision > 1 || id > 3 || at > data.length) throw damaged();
    yield id;
  }
}

/** The class (0 for the mean, 1 for the rest) in the high half of the number. No more codes of a length than there can be. */
function* huffmanTables(data: Buffer): Generator<number> {
  for (let at = 0; at < data.length;) {
    if (at + 17 > data.length) throw damaged();
    const id = data[at]!;
    const counts = [...data.subarray(at + 1, at + 17)];
    let free = 1;
    for (const count of counts) {
      free = free * 2 - count;
      if (free < 0) throw damaged();
    }
    at += 17 + counts.reduce((sum, count) => sum + count, 0);
    if (id >> 4 > 1 || (id & 15) > 3 || at > data.length) throw damaged();
    yield id;
  }
}

const EXIF = Buffer.from('Exif\0\0', 'latin1');
const ORIENTATION_TAG = 0x0112;

/** The orientation that a camera noted (Exif 2.3, 4.6.4): 2 to 8; undefined when it is upright or not told. */
function orientationOf({ marker, data }: Segment): number | undefined {
  if (marker !== APP1 || !EXIF.equals(data.subarray(0, EXIF.length))) return undefined;
  const tiff = data.subarray(EXIF.length);
  if (tiff.length < 8) return undefined;
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number): number => {
    if (at + 2 > tiff.length) return 0;
    return isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  };
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let entry = 0; entry < u16(directory); entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > tiff.length) return undefined;
    const value = u16(at + 8);
    if (u16(at) === ORIENTATION_TAG) return value >= 2 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/** An Exif segment with nothing but the orientation. */
function orientationSegment(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM', 0, 'latin1');
  tiff.writeUInt16BE(42, 2);
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(ORIENTATION_TAG, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  return segmentOf(APP1, Buffer.concat([EXIF, tiff]));
}
