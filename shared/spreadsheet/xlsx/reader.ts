import { damaged, unreadable } from './refusals.ts';
import { findSheet, type FoundSheet } from './workbook-parts.ts';
import { attribute, decodeEscapes, scanXml, scanXmlInSteps, type XmlHandlers } from './xml.ts';
import { openZip, type ZipArchive, type ZipLimits } from './zip-reader.ts';

/** A cell that Excel did not store as text: `text` is what the file holds (a number's digits, `1`, `#N/A`). */
export interface OddCell {
  kind: 'number' | 'boolean' | 'fault';
  text: string;
}
export type RawCell = string | OddCell | undefined;

export interface RawRow {
  /** Excel's own row number, from 1. */
  number: number;
  /** By column, from 0; may be shorter than the header and have holes. */
  cells: RawCell[];
}

/** Excel's own limits, and how wide a sheet may be that a person filled in. */
const ROW_NUMBER_MAX = 1_048_576;
const COLUMNS_MAX = 500;
const SHARED_STRINGS_MAX = 1_500_000;

export interface OpenedSheet {
  /** Days from 1900 or from 1904: what numbers that mean dates count from. */
  dateSystem: 1900 | 1904;
  rows: AsyncIterable<RawRow>;
}

/**
 * The rows of the sheet named `title`, or of the first visible one, as they are read; rows without a cell are left out.
 * Reads strings (shared, inline, rich; not phonetic guides), numbers and results of formulas; no styles.
 * Problems `file-too-large`, `file-unreadable`.
 */
export async function openSheet(file: Uint8Array, title: string, limits?: ZipLimits): Promise<OpenedSheet> {
  const zip = openZip(file, limits);
  const found = await findSheet(zip, title);
  const strings = found.stringsPart === undefined ? [] : await readSharedStrings(zip, found.stringsPart);
  return { dateSystem: found.dateSystem, rows: readRows(zip, found, strings) };
}

async function readSharedStrings(zip: ZipArchive, part: string): Promise<string[]> {
  const strings: string[] = [];
  let text = '';
  let inText = false;
  let phonetic = false;
  await scanXml(zip.read(part), {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 't') inText = !phonetic;
      else if (name === 'rPh') phonetic = true;
    },
    text(more) {
      if (inText) text += more;
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si' && strings.push(decodeEscapes(text)) > SHARED_STRINGS_MAX) throw damaged();
    },
  });
  return strings;
}

async function* readRows(zip: ZipArchive, found: FoundSheet, strings: readonly string[]): AsyncIterable<RawRow> {
  let finished: RawRow[] = [];
  const handlers = rowHandlers(strings, (row) => finished.push(row));
  for await (const _ of scanXmlInSteps(zip.read(found.sheetPart), handlers)) {
    yield* finished;
    finished = [];
  }
}

function rowHandlers(strings: readonly string[], finish: (row: RawRow) => void): XmlHandlers {
  let row: RawRow | undefined;
  let rowNumber = 0;
  let column = -1;
  let type = '';
  let text = '';
  let reading = false;
  let phonetic = false;

  return {
    open(name, attributes) {
      if (name === 'row') {
        rowNumber = nextRow(attribute(attributes, 'r'), rowNumber);
        row = { number: rowNumber, cells: [] };
        column = -1;
      } else if (name === 'c' && row) {
        const reference = attribute(attributes, 'r');
        column = reference === undefined ? column + 1 : columnOf(reference);
        if (column >= COLUMNS_MAX) throw unreadable(`表格超过 ${COLUMNS_MAX} 列，请删除右侧多余的列后重新上传`);
        type = attribute(attributes, 't') ?? 'n';
        text = '';
      } else if (name === 'v' || name === 't') reading = !phonetic;
      else if (name === 'rPh') phonetic = true;
    },
    text(more) {
      if (reading) text += more;
    },
    close(name) {
      if (name === 'v' || name === 't') reading = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'c' && row) {
        const cell = readCell(type, text, strings);
        if (cell !== undefined) row.cells[column] = cell;
      } else if (name === 'row' && row) {
        if (row.cells.length > 0) finish(row);
        row = undefined;
      }
    },
  };
}

function nextRow(reference: string | undefined, before: number): number {
  const number = reference === undefined ? before + 1 : Number(reference);
  if (!Number.isInteger(number) || number <= before || number > ROW_NUMBER_MAX) throw damaged();
  return number;
}

/** `AB12` → 27. */
function columnOf(reference: string): number {
  let column = 0;
  let at = 0;
  for (; at < reference.length && at < 4; at++) {
    const letter = reference.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  if (at === 0 || at > 3) throw damaged();
  return column - 1;
}

function readCell(type: string, text: string, strings: readonly string[]): RawCell {
  switch (type) {
    case 's': {
      const string = strings[Number(text)];
      if (string === undefined) throw damaged();
      return string === '' ? undefined : string;
    }
    case 'str':
    case 'inlineStr':
      return text === '' ? undefined : decodeEscapes(text);
    case 'b':
      return { kind: 'boolean', text };
    case 'e':
      return { kind: 'fault', text };
    default:
      return text === '' ? undefined : { kind: 'number', text };
  }
}
