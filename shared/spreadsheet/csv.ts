import { Problem } from '../../contracts/core/problems.ts';
import type { OpenedSheet, RawRow } from './xlsx/reader.ts';

/** A quote that is never closed would otherwise read the whole file as one cell. */
const CELL_CHARS_MAX = 32_767;

/**
 * The rows of a CSV file (RFC 4180: commas, quotes doubled inside quotes, line breaks inside quotes) as they are read; a row
 * has the number that a spreadsheet program shows for it. Problem `file-unreadable`.
 */
export function openCsv(chunks: AsyncIterable<Uint8Array>, brokenText: BrokenText = 'refuse'): OpenedSheet {
  return { dateSystem: 1900, rows: readRows(decoded(chunks, brokenText)) };
}

/** What becomes of bytes that are no text: the whole file is refused, or the cell has U+FFFD, which `readText` names. */
export type BrokenText = 'refuse' | 'mark';

/** UTF-8, or what Excel writes in China when nobody chooses: the first chunk that is no UTF-8 decides. */
async function* decoded(chunks: AsyncIterable<Uint8Array>, brokenText: BrokenText): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(isUtf8(chunk) ? 'utf-8' : 'gb18030', { fatal: brokenText === 'refuse' });
    try {
      yield decoder.decode(chunk, { stream: true });
    } catch {
      throw new Problem('file-unreadable', '文件中有无法识别的字符，请另存为 UTF-8 编码的 CSV 文件');
    }
  }
}

function isUtf8(chunk: Uint8Array): boolean {
  try {
    // A character that the end of the chunk cuts is no fault.
    new TextDecoder('utf-8', { fatal: true }).decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
}

async function* readRows(texts: AsyncIterable<string>): AsyncGenerator<RawRow> {
  let number = 1;
  let cells: string[] = [];
  let cell = '';
  /** `closed`: a quote inside quotes: the end of the cell, or the first of two that stand for one. */
  let quotes: 'none' | 'open' | 'closed' = 'none';
  let isReturn = false;
  const quote = /"/g;
  const anySign = /[",\r\n]/g;
  const endRow = (): RawRow => {
    const row = { number, cells: [...cells, cell] };
    number++;
    cells = [];
    cell = '';
    quotes = 'none';
    return row;
  };
  for await (const text of texts) {
    for (let at = 0; at < text.length;) {
      if (isReturn) {
        isReturn = false;
        if (text[at] === '\n') {
          at++;
          continue;
        }
      }
      const sign = quotes === 'open' ? quote : anySign;
      sign.lastIndex = at;
      const end = sign.exec(text)?.index ?? text.length;
      // Up to the next sign that means something, at once: files of millions of rows are read so too.
      cell += text.slice(at, end);
      if (cell.length > CELL_CHARS_MAX)
        throw new Problem('file-unreadable', `第${number}行的单元格过长，请检查该行的引号是否成对`);
      at = end + 1;
      const met = text[end];
      if (met === '"') {
        if (quotes === 'open') quotes = 'closed';
        else {
          if (quotes === 'closed') cell += '"';
          quotes = 'open';
        }
      } else if (met === ',') {
        cells.push(cell);
        cell = '';
        quotes = 'none';
      } else if (met !== undefined) {
        isReturn = met === '\r';
        yield endRow();
      }
    }
  }
  if (cell !== '' || cells.length > 0) yield endRow();
}
