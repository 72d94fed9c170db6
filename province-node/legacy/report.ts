import { open } from 'node:fs/promises';
import type { Consequence, LegacyFinding } from './read-row.ts';

const consequences: Record<Consequence, string> = {
  refused: '该行没有载入',
  'left-out': '已载入，该项没有取用',
  problem: '已载入，列为问题学籍',
  noted: '提示',
};

const HEAD = '\uFEFF行号,列,内容,结果,问题与改法\r\n';
const SHOWN_CHARS_MAX = 100;

/** What could not be loaded and why: a CSV file that Excel opens, row by row of the loaded file. */
export interface LoadReport {
  /** Durable when the promise is; answers how long the report is then. */
  write(findings: readonly LegacyFinding[]): Promise<number>;
  close(): Promise<void>;
}

/** With `bytes`, as much of it as the load that was cut off has decided on; what it wrote after is written again. */
export async function openReport(file: string, bytes: number): Promise<LoadReport> {
  const handle = await open(file, bytes === 0 ? 'w' : 'r+', 0o600);
  await handle.truncate(bytes);
  let length = bytes;
  const append = async (text: string): Promise<number> => {
    if (text !== '') {
      const { bytesWritten } = await handle.write(Buffer.from(text), 0, null, length);
      length += bytesWritten;
      await handle.datasync();
    }
    return length;
  };
  if (bytes === 0) await append(HEAD);
  return { write: (findings) => append(findings.map(lineOf).join('')), close: () => handle.close() };
}

function lineOf({ row, title, text = '', consequence, message }: LegacyFinding): string {
  const cells = [title, text.slice(0, SHOWN_CHARS_MAX), consequences[consequence], message];
  return `${row},${cells.map(quoted).join(',')}\r\n`;
}

/** What begins like a formula is text: whoever opens the report did not write the file that it tells of. */
function quoted(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${plain.replaceAll('"', '""')}"`;
}
