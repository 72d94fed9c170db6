import type { FileStore } from '../shared/files.ts';
import type { NodeContext } from '../shared/context.ts';
import type { Events } from '../shared/http/events.ts';
import type { LinkOperations } from '../shared/messaging/link-endpoints.ts';
import type { Messaging } from '../shared/messaging/messaging.ts';
import type { Spreadsheets } from '../shared/spreadsheet/spreadsheets.ts';
import type { PopulationRegistry } from './population-registry/population-registry-client.ts';
import type { HubDb } from './schema.ts';

/** What every business of the hub works with. */
export interface Hub extends NodeContext<HubDb> {
  node: 'hub';
  events: Events;
  files: FileStore;
  /** What operators see of the other nodes, and decide about them. */
  messaging: Pick<Messaging<never>, 'nodes' | 'replay'> & LinkOperations;
  populationRegistry: PopulationRegistry;
  spreadsheets: Spreadsheets;
}
