import type { NewCell, NewRow } from './xlsx/writer.ts';
import { writeWorkbook } from './xlsx/writer.ts';

/** A sheet that nobody reads back: `title` is its name and that of the file, widths are in characters. */
export interface TextSheet {
  title: string;
  columns: readonly { title: string; width: number }[];
}

/** The whole file of a list, whose rows are texts already and bounded: it is written where it is, at the pace of `rows`. */
export async function listFile(
  { title, columns }: TextSheet,
  rows: AsyncIterable<readonly string[]>,
): Promise<Uint8Array> {
  async function* written(): AsyncGenerator<NewRow> {
    yield { cells: columns.map((column): NewCell => ({ text: column.title, style: 'header' })) };
    for await (const cells of rows) yield { cells };
  }
  const widths = columns.map(({ width }) => width);
  const pieces: Uint8Array[] = [];
  for await (const piece of writeWorkbook([{ name: title, widths, frozenRows: 1, rows: written() }]))
    pieces.push(piece);
  return Buffer.concat(pieces);
}
