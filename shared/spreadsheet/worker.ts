import { once } from 'node:events';
import { serialize } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '../../contracts/core/problems.ts';
import type { SheetFinding } from '../../contracts/core/sheet.ts';
import { must } from '../assert.ts';
import { checkRows } from './check.ts';
import { exportSheets } from './export.ts';
import type { AnyRow, AnySheet } from './header.ts';
import { markedSheets } from './mark.ts';
import type { Answer, Call, FromWorker, Task } from './tasks.ts';
import { templateSheets } from './template.ts';
import { openSheet } from './xlsx/reader.ts';
import { writeWorkbook, type NewSheet } from './xlsx/writer.ts';

/** The entry of the worker thread: one task, started and ended by spreadsheets.ts. */
const port = must(parentPort, 'runs as a worker');
const task = workerData as Task;
let turn: Promise<unknown> = Promise.resolve();
try {
  await work(await importDeclaration());
  tell({ done: true });
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  const { code, detail, errors } = error;
  tell({ refused: { code, detail, errors } });
}
port.unref();

async function work(sheet: AnySheet): Promise<void> {
  switch (task.kind) {
    case 'template':
      return write(templateSheets(sheet));
    case 'export':
      return write(exportSheets(sheet, wantedRows()));
    case 'check':
      for await (const { rows, ...rest } of checkRows(sheet, await openSheet(task.file, sheet.title), task.today))
        await call({ checked: { ...rest, packedRows: serialize(rows) } });
      return;
    case 'mark': {
      const findings = await wantedFindings();
      return write(await markedSheets(sheet, await openSheet(task.file, sheet.title), findings));
    }
  }
}

/** The declaration is the exported value that carries its module's address and the name. */
async function importDeclaration(): Promise<AnySheet> {
  const exported: Record<string, unknown> = await import(task.module);
  const found = Object.values(exported).find(
    (value) => typeof value === 'object' && value !== null && 'columns' in value && isTheOne(value),
  );
  return must(found, `${task.module} exports the sheet ${task.name}`) as AnySheet;
}

function isTheOne(value: object): boolean {
  return 'name' in value && value.name === task.name && 'module' in value && value.module === task.module;
}

async function write(sheets: NewSheet[]): Promise<void> {
  for await (const written of writeWorkbook(sheets)) await call({ written });
}

async function wantedFindings(): Promise<SheetFinding[]> {
  const findings: SheetFinding[] = [];
  for (;;) {
    const more = (await call({ wanted: 'findings' })) as SheetFinding[];
    if (more.length === 0) return findings;
    findings.push(...more);
  }
}

async function* wantedRows(): AsyncGenerator<AnyRow> {
  for (;;) {
    const rows = (await call({ wanted: 'rows' })) as AnyRow[];
    if (rows.length === 0) return;
    yield* rows;
  }
}

/** One call after the other: rows are wanted while a piece that was written still waits for its reader. */
async function call(message: Call): Promise<Answer> {
  const answer = turn.then(() => exchange(message));
  turn = answer;
  return answer;
}

async function exchange(message: Call): Promise<Answer> {
  const answered = once(port, 'message');
  tell({ call: message });
  const [answer] = (await answered) as [Answer];
  return answer;
}

function tell(message: FromWorker): void {
  port.postMessage(message);
}
