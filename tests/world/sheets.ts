import type { Browser } from '../../deploy/demo/browser.ts';
import { openSheet } from '../../shared/spreadsheet/xlsx/reader.ts';

/** The rows of a downloaded file's sheet, its header first. */
export async function rowsOfFile(file: Response, title: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  const opened = await openSheet(new Uint8Array(await file.arrayBuffer()), title);
  for await (const { cells } of opened.rows) rows.push(cells);
  return rows;
}

/** What the export of a list gives: each line by its headers, from the sheet that is named as the file. */
export async function exported(
  page: Browser,
  list: string,
  query: Record<string, string> = {},
): Promise<Record<string, string>[]> {
  const file = await page.get(`${list}/export`, query);
  if (!file.ok) throw new Error(`${file.status} ${await file.text()}`);
  const [, name = ''] =
    /filename\*=UTF-8''(.+)%20[\d-]+\.xlsx$/.exec(file.headers.get('Content-Disposition') ?? '') ?? [];
  return linesOf(await rowsOfFile(file, decodeURIComponent(name)));
}

/** Cells of exported lists are texts. */
export function linesOf(rows: unknown[][]): Record<string, string>[] {
  const [header = [], ...lines] = rows as string[][];
  return lines.map((line) => Object.fromEntries(header.map((title, at) => [title, line[at] ?? ''])));
}
