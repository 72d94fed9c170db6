import { isAscii, isUtf8 } from 'node:buffer';

/** JSON that is not exactly one unambiguous value. */
export class BadJson extends Error {}

const DEPTH_MAX = 32;
const LONE_SURROGATE = /\p{Surrogate}/u;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const PIECE_BYTES = 16_384;

/**
 * Parses JSON that has one meaning only (RFC 8259 leaves the rest open): valid UTF-8 without a byte order mark, no key
 * twice in an object, no `__proto__`, no lone surrogate, at most 32 levels. JSON.parse keeps the last of two equal keys;
 * so the colons of the text are counted against the keys of the value, which costs a fraction of a parser of our own.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isUtf8(buffer)) throw new BadJson('not UTF-8');
  // ASCII, as all envelopes and most bodies are, is copied as it is: to decode UTF-8 takes ten times as long.
  const encoding = isAscii(buffer) ? 'latin1' : 'utf8';
  if (isLongArray(buffer)) return parsePieces(piecesOf(buffer, encoding));
  const text = buffer.toString(encoding);
  const colons = countColons(text);
  const value = parse(text);
  // The bytes are UTF-8, which has no surrogates: a lone one can only have come from an escape.
  if (countKeys(value, text.includes('\\u')) !== colons) throw new BadJson('duplicate key');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadJson('not JSON');
  }
}

/**
 * What is longer than the engine's small objects is memory that the system has to give out anew each time, which takes longer
 * than decoding it: a long array is decoded and parsed in pieces.
 */
function isLongArray(bytes: Buffer): boolean {
  return bytes.length > PIECE_BYTES && bytes[0] === OPEN_ARRAY && bytes.at(-1) === CLOSE_ARRAY;
}

interface Pieces {
  texts: string[];
  colons: number;
}

/**
 * The texts between some of the array's own commas, and the colons outside strings: counted in the one pass that finds the commas, where
 * `countColons`, quick over long strings, would be a second one.
 */
function piecesOf(bytes: Buffer, encoding: 'latin1' | 'utf8'): Pieces {
  const last = bytes.length - 1;
  const texts: string[] = [];
  let colons = 0;
  let from = 1;
  let depth = 1;
  let isText = false;
  for (let at = 1; at < last; at++) {
    const byte = bytes[at]!;
    if (isText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isText = false;
      continue;
    }
    switch (byte) {
      case QUOTE:
        isText = true;
        break;
      case COLON:
        colons++;
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        if (++depth > DEPTH_MAX) throw new BadJson('too deep');
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
        if (depth > 1 || at - from < PIECE_BYTES) break;
        texts.push(bytes.toString(encoding, from, at));
        from = at + 1;
    }
  }
  texts.push(bytes.toString(encoding, from, last));
  return { texts, colons };
}

function parsePieces({ texts, colons }: Pieces): unknown[] {
  const values = texts.flatMap((text) => {
    const piece = parse(`[${text}]`) as unknown[];
    if (piece.length === 0) throw new BadJson('not JSON');
    return piece;
  });
  const hasEscapes = texts.some((text) => text.includes('\\u'));
  if (countKeys(values, hasEscapes) !== colons) throw new BadJson('duplicate key');
  return values;
}

/** Colons outside strings; refuses depth before JSON.parse could meet it. */
function countColons(text: string): number {
  let colons = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COLON:
        colons++;
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (++depth > DEPTH_MAX) throw new BadJson('too deep');
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        depth--;
    }
  }
  return colons;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
  }
  throw new BadJson('not JSON');
}

function countKeys(value: unknown, hasEscapes: boolean): number {
  if (hasEscapes && typeof value === 'string' && LONE_SURROGATE.test(value)) throw new BadJson('lone surrogate');
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const entry of value) keys += countKeys(entry, hasEscapes);
    return keys;
  }
  for (const key in value) {
    if (key === '__proto__' || (hasEscapes && LONE_SURROGATE.test(key))) throw new BadJson('forbidden key');
    keys += 1 + countKeys((value as Record<string, unknown>)[key], hasEscapes);
  }
  return keys;
}
