import { CaseLine } from '../../contracts/case-bundle.ts';
import { BadJson, parseStrictJson } from '../../shared/messaging/strict-json.ts';
import { firstDifference, LINE_FEED } from './lines.ts';

/** One line of a file as it was found, with its line feed. */
export interface Row {
  /** From 1. */
  number: number;
  /** Of its first byte in the file. */
  offset: number;
  bytes: Buffer;
}

export type KindOfLine<Line extends CaseLine['line']> = Extract<CaseLine, { line: Line }>;

/** What is not true in a file: where it begins, and what should stand there. */
export interface Flaw {
  line: number;
  offset: number;
  reason: string;
  expected: string;
}

/** Thrown by checks; carries the flaw. */
export class Lie extends Error {
  readonly flaw: Flaw;
  constructor(flaw: Flaw) {
    super(flaw.reason);
    this.flaw = flaw;
  }
}

export function rowsOf(file: Buffer): Row[] {
  const rows: Row[] = [];
  for (let offset = 0; offset < file.length;) {
    const feed = file.indexOf(LINE_FEED, offset);
    const end = feed === -1 ? file.length : feed + 1;
    rows.push({ number: rows.length + 1, offset, bytes: file.subarray(offset, end) });
    offset = end;
  }
  return rows;
}

/** Where the value of a field begins, or the line itself. */
export function lieIn(row: Row, field: string, reason: string, expected: string): Lie {
  const mark = Buffer.from(`"${field}":`);
  const at = row.bytes.indexOf(mark);
  return new Lie({ line: row.number, offset: row.offset + (at === -1 ? 0 : at + mark.length), reason, expected });
}

export function lieAt(row: Row, at: number, reason: string, expected: string): Lie {
  return new Lie({ line: row.number, offset: row.offset + at, reason, expected });
}

/** The line as the contract knows it, when it stands in its one canonical form. Throws `Lie`. */
export function readLine(row: Row): CaseLine {
  const end = row.bytes.length - 1;
  if (row.bytes[end] !== LINE_FEED) throw lieAt(row, end + 1, '这一行没有结束', 'a line feed');
  const parsed = CaseLine.safeParse(jsonOf(row));
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'line');
    throw lieIn(row, field, '这一行不符合案卷格式', parsed.error.issues[0]?.message ?? 'a line of a case bundle');
  }
  const must = Buffer.from(`${JSON.stringify(parsed.data)}\n`);
  const at = firstDifference(row.bytes, must);
  if (at !== undefined) throw lieAt(row, at, '这一行不是规范写法', textAt(must, at));
  return parsed.data;
}

function jsonOf(row: Row): unknown {
  try {
    return parseStrictJson(row.bytes.subarray(0, -1));
  } catch (error) {
    if (error instanceof BadJson) throw lieAt(row, 0, '这一行无法读取', 'strict JSON');
    throw error;
  }
}

const SHOWN_BYTES = 24;

/** What stands at a place, as far as it can be shown in a message. */
export function textAt(bytes: Uint8Array, at: number): string {
  return JSON.stringify(Buffer.from(bytes.subarray(at, at + SHOWN_BYTES)).toString('utf8'));
}

export function byteText(byte: number): string {
  const sign = byte > 0x20 && byte < 0x7f ? ` (${String.fromCharCode(byte)})` : '';
  return `0x${byte.toString(16).padStart(2, '0')}${sign}`;
}
