import type { ReviewedBusiness } from '../shared/chain/chain.ts';
import type { EvidenceOwner } from '../shared/evidence/evidence.ts';
import type { NodeBusiness } from '../shared/node/start-node.ts';
import type { Province } from './context.ts';
import { registration } from './registration/business.ts';

/** A business of a province node; `reviewed` are its kinds of applications, which the review engine then carries. */
export interface ProvinceBusiness extends NodeBusiness<Province> {
  reviewed?: readonly ReviewedBusiness<Province>[];
  /** What evidence can be given to. */
  evidence?: readonly EvidenceOwner[];
}

/** The table of contents of a province node. */
export const businesses: readonly ProvinceBusiness[] = [registration];
