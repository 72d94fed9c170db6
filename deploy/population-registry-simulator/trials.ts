import { z } from 'zod';

/** How the simulator misbehaves, for trials: set at start and at any time by `POST /admin/trials`. */
export const Trials = z.strictObject({
  /** Every answer waits this long, milliseconds. */
  latencyMs: z.int().min(0).max(120_000),
  /** This share of the calls is answered 500. */
  errorRate: z.number().min(0).max(1),
  /** Every call is answered 503. */
  unavailable: z.boolean(),
});
export type Trials = z.infer<typeof Trials>;
