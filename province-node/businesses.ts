import type { ChainedBusiness } from '../shared/chain/lay-chain.ts';
import type { ReviewedBusiness } from '../shared/chain/chain.ts';
import type { EvidenceOwner } from '../shared/evidence/evidence.ts';
import type { NodeBusiness } from '../shared/node/start-node.ts';
import type { Parameter } from '../shared/parameter/table.ts';
import type { Province } from './context.ts';
import { handOver } from './hand-over/business.ts';
import { identity } from './identity/business.ts';
import { inProvinceTransfer } from './in-province-transfer/business.ts';
import { keyChange } from './key-change/business.ts';
import { nationalAudit } from './national-audit/business.ts';
import { preschool } from './preschool/business.ts';
import { changeOfProblem } from './problem-record/key-change.ts';
import { problemRecord } from './problem-record/business.ts';
import { publication } from './publication/business.ts';
import { registration } from './registration/business.ts';
import { student } from './student/business.ts';
import { transfer } from './transfer/business.ts';

/**
 * A business of a province node; `reviewed` are its kinds of applications, which the review engine then carries and whose
 * chains the province configures; `parameters` is what it lets the province decide.
 */
export interface ProvinceBusiness extends NodeBusiness<Province> {
  reviewed?: readonly ReviewedBusiness<Province>[];
  /** Chains of businesses that are reviewed elsewhere, and configured here. */
  chained?: readonly ChainedBusiness[];
  parameters?: readonly Parameter<string | null>[];
  /** What evidence can be given to. */
  evidence?: readonly EvidenceOwner[];
}

/** The table of contents of a province node. */
export const businesses: readonly ProvinceBusiness[] = [
  registration,
  preschool,
  student,
  inProvinceTransfer,
  keyChange(changeOfProblem),
  identity,
  handOver,
  transfer,
  problemRecord,
  publication,
  nationalAudit,
];
