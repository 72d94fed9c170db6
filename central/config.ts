import { z } from 'zod';
import { NodeSettings } from '../shared/config.ts';

/** Settings of the hub. */
export const HubSettings = NodeSettings.extend({
  populationRegistryUrl: z.url().describe('Address of the population registry.'),
  populationRegistryKey: z.string().min(8).describe('Key for the population registry (secret).'),
});
export type HubSettings = z.infer<typeof HubSettings>;
