import { z } from 'zod';
import { NodeSettings } from '../shared/config.ts';

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
});
export type ProvinceSettings = z.infer<typeof ProvinceSettings>;
