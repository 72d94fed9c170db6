import { damaged, unreadable } from './refusals.ts';

/** What the scanner tells. Names come without namespace prefix; an element that closes itself is opened and closed. */
export interface XmlHandlers {
  open?(name: string, attributes: string): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** One tag or one run of text; more than any Excel file has (a cell holds 32,767 characters). */
const TOKEN_CHARS_MAX = 1024 * 1024;

/**
 * Reads XML in chunks: elements, attributes, text, CDATA, comments, and no more. A document type declaration is refused
 * (entity bombs, external entities): the format has none. Characters that a chunk border cuts stay whole.
 */
export async function scanXml(chunks: AsyncIterable<Uint8Array>, handlers: XmlHandlers): Promise<void> {
  for await (const _ of scanXmlInSteps(chunks, handlers));
}

/** The same, giving way after every chunk, so that a reader can hand on what it has. */
export async function* scanXmlInSteps(chunks: AsyncIterable<Uint8Array>, handlers: XmlHandlers): AsyncIterable<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw unreadable('文件中有无法识别的文字编码，请用 Excel 或 WPS 打开后另存为 .xlsx，再重新上传');
    }
  };
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + decode(chunk);
    rest = text.slice(scan(text, handlers));
    if (rest.length > TOKEN_CHARS_MAX) throw damaged();
    yield;
  }
  if ((rest + decode()).trim() !== '') throw damaged();
}

/** Tells all whole tokens; returns where the first unfinished one begins. */
function scan(text: string, handlers: XmlHandlers): number {
  let at = 0;
  for (;;) {
    const less = text.indexOf('<', at);
    if (less === -1) return at;
    if (less > at) handlers.text?.(decodeEntities(text.slice(at, less)));
    const end = tagEnd(text, less);
    if (end === -1) return less;
    tell(text, less, end, handlers);
    at = end;
  }
}

/** Just behind the markup that begins at `from`, or -1 when the chunk ends before. A `>` in a quoted value is no end. */
function tagEnd(text: string, from: number): number {
  const second = text.charCodeAt(from + 1);
  if (second === 0x21 && text.length - from < 9) return -1;
  if (text.startsWith('<!--', from)) return behind(text, '-->', from + 4);
  if (text.startsWith('<![CDATA[', from)) return behind(text, ']]>', from + 9);
  if (second === 0x3f) return behind(text, '?>', from + 2);
  const end = second === 0x2f ? text.indexOf('>', from) : startTagEnd(text, from);
  return end === -1 ? -1 : end + 1;
}

function startTagEnd(text: string, from: number): number {
  let quote = 0;
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (quote !== 0) {
      if (char === quote) quote = 0;
    } else if (char === 0x22 || char === 0x27) quote = char;
    else if (char === 0x3e) return at;
  }
  return -1;
}

function behind(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at === -1 ? -1 : at + what.length;
}

function tell(text: string, from: number, end: number, handlers: XmlHandlers): void {
  const second = text.charCodeAt(from + 1);
  if (second === 0x3f) return;
  if (second === 0x21) {
    if (text.startsWith('<![CDATA[', from)) handlers.text?.(text.slice(from + 9, end - 3));
    else if (!text.startsWith('<!--', from))
      throw unreadable('文件中含有不允许的声明，请把数据复制到下载的模板中再上传');
    return;
  }
  if (second === 0x2f) {
    handlers.close?.(localName(text.slice(from + 2, end - 1).trimEnd()));
    return;
  }
  const closed = text.charCodeAt(end - 2) === 0x2f;
  const inner = text.slice(from + 1, closed ? end - 2 : end - 1);
  const space = inner.search(/\s/);
  const name = localName(space === -1 ? inner : inner.slice(0, space));
  handlers.open?.(name, space === -1 ? '' : inner.slice(space));
  if (closed) handlers.close?.(name);
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}

/** The value of one attribute, written with its prefix if it has one; undefined when it is not there. */
export function attribute(attributes: string, name: string): string | undefined {
  let at = -1;
  for (;;) {
    at = attributes.indexOf(`${name}=`, at + 1);
    if (at === -1) return undefined;
    if (at > 0 && /\s/.test(attributes[at - 1]!)) break;
  }
  const open = at + name.length + 1;
  const close = attributes.indexOf(attributes[open]!, open + 1);
  return close === -1 ? undefined : decodeEntities(attributes.slice(open + 1, close));
}

const namedEntities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(\w{1,8}));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) {
      const known = Object.hasOwn(namedEntities, name) ? namedEntities[name] : undefined;
      if (known === undefined) throw damaged();
      return known;
    }
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Cell text may hold `_x000D_` for a control character (ECMA-376 ST_Xstring). */
export function decodeEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Text for an element or a quoted attribute. Control characters, which XML cannot hold, are left out. */
export function escapeXml(text: string): string {
  // Tab, line feed and carriage return are control characters that XML can hold; a carriage return must be a reference.
  return text.replace(/[&<>"\r]|(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, (char) => entities[char] ?? '');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

/** Cell text, so that a literal `_x0041_` is read back as it was. */
export function escapeCell(text: string): string {
  return escapeXml(text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_'));
}
