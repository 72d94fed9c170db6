import type { FieldError, ProblemCode } from '../../contracts/core/problems.ts';
import type { SheetFinding } from '../../contracts/core/sheet.ts';
import type { CheckedSlice } from './check.ts';
import type { AnyRow } from './header.ts';

/** What the server's thread and the worker say to each other. Declarations hold functions, so only their address goes. */
export type Task = { module: string; name: string } & (
  | { kind: 'template' }
  | { kind: 'check'; file: Uint8Array; today: string }
  | { kind: 'mark'; file: Uint8Array }
  | { kind: 'export' }
);

/** The worker calls and waits for the answer: one message under way, so that neither side is flooded. */
export type Call =
  /** The rows are packed (v8.serialize): 10,000 × 73 strings at once would hold up the server's garbage collector. */
  | { checked: Omit<CheckedSlice, 'rows'> & { packedRows: Uint8Array } }
  | { written: Uint8Array }
  /** Answered with the next findings, or with none at the end. */
  | { wanted: 'findings' }
  /** Answered with the next rows, or with none at the end. */
  | { wanted: 'rows' };
export type Answer = SheetFinding[] | AnyRow[] | undefined;

export type FromWorker =
  | { call: Call }
  | { done: true }
  | { refused: { code: ProblemCode; detail: string | undefined; errors: FieldError[] | undefined } };
