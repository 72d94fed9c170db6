import { z } from 'zod';
import { caFile, NodeSettings } from '../shared/config.ts';

/** Settings of a province node. */
export const ProvinceSettings = NodeSettings.extend({
  province: z
    .string()
    .regex(/^\d{2}$/)
    .describe('Two-digit region code of the province.'),
  hubFingerprint: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^([0-9a-f]{4}-){15}[0-9a-f]{4}$/)
    .describe('Fingerprint of the hub key, as the ministry published it.'),
  hubUrl: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe('Address of the hub, as people open it for the unified platform; empty: the menu cannot open it.'),
  caFile,
});
type Parsed = z.infer<typeof ProvinceSettings>;
/** A node that nobody has pages of needs no way to the hub's. */
export type ProvinceSettings = Omit<Parsed, 'hubUrl' | 'caFile'> & Partial<Pick<Parsed, 'hubUrl' | 'caFile'>>;
