import { isAscii, isUtf8 } from 'node:buffer';

/** JSON that is not exactly one unambiguous value. */
export class BadJson extends Error {}

const DEPTH_MAX = 32;
const LONE_SURROGATE = /\p{Surrogate}/u;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Parses JSON that has one meaning only (RFC 8259 leaves the rest open): valid UTF-8 without a byte order mark, no key
 * twice in an object, no `__proto__`, no lone surrogate, at most 32 levels. JSON.parse keeps the last of two equal keys;
 * so the colons of the text are counted against the keys of the value, which costs a fraction of a parser of our own.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  const colons = countColons(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadJson('not JSON');
  }
  // The bytes are UTF-8, which has no surrogates: a lone one can only have come from an escape.
  if (countKeys(value, text.includes('\\u')) !== colons) throw new BadJson('duplicate key');
  return value;
}

/** ASCII, as all envelopes and most bodies are, is copied as it is: to decode UTF-8 takes ten times as long. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) return buffer.toString('latin1');
  if (!isUtf8(buffer)) throw new BadJson('not UTF-8');
  return buffer.toString('utf8');
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
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > DEPTH_MAX) throw new BadJson('too deep');
        break;
      case 0x7d: // }
      case 0x5d: // ]
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
