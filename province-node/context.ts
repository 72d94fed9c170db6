import type { NodeContext } from '../shared/context.ts';
import type { FileStore } from '../shared/files.ts';
import type { Events } from '../shared/http/events.ts';
import type { LinkOperations } from '../shared/messaging/link-endpoints.ts';
import type { Spreadsheets } from '../shared/spreadsheet/spreadsheets.ts';
import type { Messaging } from '../shared/messaging/messaging.ts';
import type { PreschoolRecords } from './preschool/records.ts';
import type { ProvinceDb } from './schema.ts';

/** What every business of a province node works with. */
export interface Province extends NodeContext<ProvinceDb> {
  /** The two-digit region code and the name of the province. */
  province: { code: string; name: string };
  events: Events;
  files: FileStore;
  spreadsheets: Spreadsheets;
  preschoolRecords: PreschoolRecords;
  /** What operators see of the link to the hub, and decide about it. */
  messaging: LinkOperations & Pick<Messaging<never>, 'endToEnd' | 'replay'>;
}
