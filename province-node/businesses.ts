import type { MessageHandler } from '../shared/messaging/handler.ts';
import type { ReviewedBusiness } from '../shared/chain/chain.ts';
import type { Served } from '../shared/http/serve.ts';
import type { PeriodicJob } from '../shared/jobs/periodic.ts';
import type { Province } from './context.ts';
import { registration } from './registration/business.ts';

/** What a business of a province node declares; everything else about it is in its folder. */
export interface ProvinceBusiness {
  name: string;
  endpoints: readonly Served<Province>[];
  messages?: readonly MessageHandler[];
  jobs?: readonly PeriodicJob<Province>[];
  reviewed?: readonly ReviewedBusiness<Province>[];
}

/** The table of contents of a province node. */
export const businesses: readonly ProvinceBusiness[] = [registration];
