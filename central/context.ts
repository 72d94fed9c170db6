import type { NodeContext } from '../shared/context.ts';
import type { Events } from '../shared/http/events.ts';
import type { PopulationRegistry } from './population-registry/population-registry-client.ts';
import type { HubDb } from './schema.ts';

/** What every business of the hub works with. */
export interface Hub extends NodeContext<HubDb> {
  node: 'hub';
  /** Tells pages that a topic has news. */
  events: Events;
  populationRegistry: PopulationRegistry;
}
