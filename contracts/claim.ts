import { z } from 'zod';
import { message } from './core/message.ts';

/**
 * National dedup (查重) and verification (认证): a province claims an identity at the hub before it may register a pupil
 * (features 1.8, 1.16; docs/PROTOCOL.md "Claims").
 */

/** Claims are for the two categories with a document; 无身份证件 has nothing to claim. */
export const ClaimCategory = z.enum(['resident', 'hmt-foreign']);
export type ClaimCategory = z.infer<typeof ClaimCategory>;

/** `pending` until the application ends, then `held` by the pupil's record; a released claim is gone, its number is never reissued. */
export const ClaimState = z.enum(['pending', 'held']);
export type ClaimState = z.infer<typeof ClaimState>;

/**
 * The province's own mark of the identity that is asked about, which comes back with the answer: an application that a restore set
 * back may ask about another one by then. It says nothing to anybody else.
 */
const mark = z.string().max(64).optional();

/** Order: claim this identity for this application. `identityKey` is the canonical document (contracts/people/id-document.ts). */
export const ClaimIdentity = message(
  'identity.claim',
  z.object({
    application: z.string(),
    studentId: z.string(),
    category: ClaimCategory,
    identityKey: z.string().max(64),
    name: z.string().max(64),
    schoolId: z.string(),
    schoolName: z.string().max(80),
    mark,
  }),
  { confidential: true },
);

/** Who holds an identity, as the loser may see it: never the full name, never the number. */
export const ClaimHolder = z.object({
  province: z.string(),
  provinceName: z.string(),
  schoolName: z.string(),
  maskedName: z.string(),
  since: z.string(),
  state: ClaimState,
});
export type ClaimHolder = z.infer<typeof ClaimHolder>;

/** Fact: the claim was decided. Exactly one of `claimNo` and `holder` is there. */
export const IdentityClaimed = message(
  'identity.claimed',
  z.object({
    application: z.string(),
    result: z.enum(['granted', 'held']),
    claimNo: z.int().optional(),
    holder: ClaimHolder.optional(),
    mark,
  }),
  { confidential: true },
);

/** What the population registry says of a resident id and name. `registry-unreachable` is passing: the hub goes on asking. */
export const Verification = z.enum(['verified', 'name-mismatch', 'not-found', 'registry-unreachable']);
export type Verification = z.infer<typeof Verification>;

export const IdentityVerified = message(
  'identity.verified',
  z.object({ application: z.string(), verification: Verification, mark }),
);

/** Order: the application was approved; the claim is the pupil's for good. */
export const ConfirmClaim = message(
  'identity.confirm',
  z.object({ claimNo: z.int(), application: z.string(), studentNumber: z.string() }),
  { confidential: true },
);

/** Order: the application ended without a record; the identity is free again. */
export const ReleaseClaim = message('identity.release', z.object({ claimNo: z.int(), application: z.string() }));

/**
 * Order: from now on the record has this name and number, and the identity of claim `claimNo` (null: none). The claim that it
 * had before ends with the same order, so that a record never has two identities, nor none between them.
 */
export const ChangeIdentity = message(
  'identity.change',
  z.object({
    studentId: z.string(),
    /** The change that asked for the claim. */
    application: z.string(),
    claimNo: z.int().nullable(),
    before: z.int().nullable(),
    name: z.string().max(64),
    studentNumber: z.string(),
  }),
  { confidential: true },
);

/**
 * Order of a restored hub: tell every claim that was granted with a higher number than `afterNo`. What it had decided
 * since its backup is gone; numbers rise, so these are the ones that it can have forgotten.
 */
export const RecountClaims = message('identity.recount', z.object({ recount: z.string(), afterNo: z.int() }));

/** Fact: a claim as its province knows it, in answer to a recount. `ended`: it was let go. */
export const ClaimRestated = message(
  'identity.restated',
  ClaimIdentity.item.extend({
    claimNo: z.int(),
    studentNumber: z.string().nullable(),
    since: z.iso.datetime(),
    ended: z.boolean(),
  }),
  { confidential: true },
);

/**
 * Fact: every province has told its claims, and what follows from them stands before this message. A province that was itself restored
 * waits for it before a record becomes its own.
 */
export const RecountEnded = message('identity.recount-ended', z.object({ endedAt: z.iso.datetime() }));

/** Fact: these were all. `highestNo` is that of the newest claim of the province, ended or not. */
export const ClaimsRecounted = message('identity.recounted', z.object({ recount: z.string(), highestNo: z.int() }));
