import type { NodeContext } from '../shared/context.ts';
import type { FileStore } from '../shared/files.ts';
import type { Spreadsheets } from '../shared/spreadsheet/spreadsheets.ts';
import type { ProvinceDb } from './schema.ts';

/** What every business of a province node works with. */
export interface Province extends NodeContext<ProvinceDb> {
  /** The two-digit region code and the name of the province. */
  province: { code: string; name: string };
  files: FileStore;
  spreadsheets: Spreadsheets;
}
