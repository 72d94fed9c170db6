import { openSheet } from '../../shared/spreadsheet/xlsx/reader.ts';

/** The rows of a downloaded file's sheet, its header first. */
export async function rowsOfFile(file: Response, title: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  const opened = await openSheet(new Uint8Array(await file.arrayBuffer()), title);
  for await (const { cells } of opened.rows) rows.push(cells);
  return rows;
}
