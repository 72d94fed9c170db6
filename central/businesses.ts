import {
  ChangeIdentity,
  ClaimIdentity,
  ClaimRestated,
  ClaimsRecounted,
  ConfirmClaim,
  ReleaseClaim,
} from '../contracts/claim.ts';
import { claimCounts, exportClaims, listClaims } from '../contracts/hub-claims.ts';
import { RecordSummarised } from '../contracts/national-index.ts';
import { exportIndexAlarms, listIndexAlarms, queryNationalRecords } from '../contracts/national-query.ts';
import { administrationEndpoints } from '../shared/account/administration.ts';
import { onlineEndpoints } from '../shared/account/online.ts';
import { auditEndpoints } from '../shared/audit/list.ts';
import { serveReviews } from '../shared/chain/business.ts';
import { serveEvidence } from '../shared/evidence/business.ts';
import { serve } from '../shared/http/serve.ts';
import { on } from '../shared/messaging/handlers.ts';
import { laidAsideEndpoints } from '../shared/messaging/laid-aside-endpoints.ts';
import { linkEndpoints } from '../shared/messaging/link-endpoints.ts';
import { logEndpoints } from '../shared/messaging/log-endpoints.ts';
import type { NodeBusiness } from '../shared/node/start-node.ts';
import { orgEndpoints } from '../shared/org/search.ts';
import { serveList } from '../shared/query/exported-list.ts';
import { captcha } from './captcha/business.ts';
import { claimIdentities, confirmClaims, releaseClaims } from './claim/business.ts';
import { changeIdentities } from './claim/change.ts';
import { pruneClaimEvents } from './claim/event.ts';
import { claimsForgotten, claimsRecounted, claimsRestated } from './claim/recount.ts';
import { countDecisions, findDecisions, showDecisions } from './claim/list.ts';
import { claimsSheet } from './claim/sheet.ts';
import type { Hub } from './context.ts';
import { takeSummaries } from './national-index/business.ts';
import { listAlarms, queryRecords } from './national-index/query.ts';
import { alarmsSheet } from './national-index/sheet.ts';
import { node } from './node/business.ts';
import { suspect } from './suspect/business.ts';
import { transfer } from './transfer/business.ts';
import { transferEvidence } from './transfer/evidence.ts';
import { reviewedTransfers } from './transfer/review.ts';
import { problemEvidence } from './problem-record/evidence.ts';
import { problemRecord } from './problem-record/business.ts';
import { publication } from './publication/business.ts';
import { verifyIdentities } from './population-registry/verify-job.ts';

/** How soon what was claimed is verified, milliseconds. */
const VERIFY_EVERY_MS = 250;
const PRUNE_EVERY_MS = 3_600_000;

const claim: NodeBusiness<Hub> = {
  name: 'claim',
  endpoints: [
    ...serveList(listClaims, exportClaims, { find: findDecisions, show: showDecisions, sheet: claimsSheet }),
    serve(claimCounts, countDecisions),
  ],
  messages: [
    on(ClaimIdentity, claimIdentities),
    on(ConfirmClaim, confirmClaims),
    on(ReleaseClaim, releaseClaims),
    on(ChangeIdentity, changeIdentities),
    on(ClaimRestated, claimsRestated),
    on(ClaimsRecounted, claimsRecounted),
  ],
  restored: claimsForgotten,
  jobs: [{ name: 'prune-claim-events', everyMs: PRUNE_EVERY_MS, run: pruneClaimEvents }],
};

const populationRegistry: NodeBusiness<Hub> = {
  name: 'population-registry',
  endpoints: [],
  jobs: [{ name: 'verify-identities', everyMs: VERIFY_EVERY_MS, run: verifyIdentities }],
};

const nationalIndex: NodeBusiness<Hub> = {
  name: 'national-index',
  endpoints: [
    serve(queryNationalRecords, queryRecords),
    ...serveList(listIndexAlarms, exportIndexAlarms, { find: listAlarms, sheet: alarmsSheet }),
  ],
  messages: [on(RecordSummarised, takeSummaries)],
};

const messageLog: NodeBusiness<Hub> = {
  name: 'message-log',
  endpoints: [...logEndpoints, ...laidAsideEndpoints, ...linkEndpoints],
};

/** The ministry's own accounts (features H.8), looked after as in a province. */
const account: NodeBusiness<Hub> = {
  name: 'account',
  endpoints: [...administrationEndpoints, ...onlineEndpoints, ...auditEndpoints, ...orgEndpoints],
};

const reviews: NodeBusiness<Hub> = { name: 'reviews', endpoints: serveReviews<Hub>(reviewedTransfers) };
const evidence: NodeBusiness<Hub> = {
  name: 'evidence',
  endpoints: serveEvidence<Hub>([transferEvidence, problemEvidence]),
};

/** The table of contents of the hub. */
export const businesses: ReadonlyArray<NodeBusiness<Hub>> = [
  claim,
  populationRegistry,
  nationalIndex,
  suspect,
  captcha,
  transfer,
  problemRecord,
  reviews,
  evidence,
  node,
  publication,
  account,
  messageLog,
];
