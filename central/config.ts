import { z } from 'zod';
import { caFile, NodeSettings } from '../shared/config.ts';

/** Settings of the hub. */
export const HubSettings = NodeSettings.extend({
  populationRegistryUrl: z.url().describe('Address of the population registry.'),
  populationRegistryKey: z.string().min(8).describe('Key for the population registry (secret).'),
  caFile,
});
type Parsed = z.infer<typeof HubSettings>;
/** Who builds a hub by hand has no CA to tell of. */
export type HubSettings = Omit<Parsed, 'caFile'> & Partial<Pick<Parsed, 'caFile'>>;
