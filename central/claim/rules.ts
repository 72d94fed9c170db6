import type { z } from 'zod';
import type { ClaimIdentity } from '../../contracts/claim.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { IdentityClaim } from './table.ts';

export type Claiming = z.output<typeof ClaimIdentity.item>;

/**
 * Whether the claim that has the identity is the asker's own: the same application asking again, or an application of
 * the very pupil whose record holds it (a change of name keeps the number). Anybody else is told who holds it.
 */
export function isOwn(claim: IdentityClaim, province: NodeId, asked: Claiming): boolean {
  if (claim.province !== province) return false;
  if (claim.application === asked.application) return claim.studentId === asked.studentId;
  return claim.studentNumber !== null && claim.studentId === asked.studentId;
}

/** Why an order about a claim changes nothing; undefined when it is to be carried out. */
export type Refusal = 'unknown-claim' | 'another-province' | 'another-application' | 'already-held' | 'already-done';

/** Only the province that owns a claim orders it about, and only in the name of the application that made it (attack A10). */
export function reasonAgainstConfirming(
  claim: IdentityClaim | undefined,
  province: NodeId,
  order: { application: string; studentNumber: string },
): Refusal | undefined {
  const reason = reasonAgainst(claim, province, order.application);
  if (reason) return reason;
  if (claim?.studentNumber === null) return undefined;
  return claim?.studentNumber === order.studentNumber ? 'already-done' : 'already-held';
}

/** A held claim is not released: its record would stand without an identity. */
export function reasonAgainstReleasing(
  claim: IdentityClaim | undefined,
  province: NodeId,
  order: { application: string },
): Refusal | undefined {
  const reason = reasonAgainst(claim, province, order.application);
  if (reason) return reason;
  return claim?.studentNumber === null ? undefined : 'already-held';
}

/**
 * A record is given the claim that its own province holds for that very pupil: one that stands, or the one that this change has made.
 */
export function reasonAgainstChanging(
  claim: IdentityClaim | undefined,
  isHeldThere: boolean,
  { application, studentId }: { application: string; studentId: string },
): Refusal | undefined {
  if (!claim) return 'unknown-claim';
  if (!isHeldThere) return 'another-province';
  const isOwn = claim.studentId === studentId && (claim.studentNumber !== null || claim.application === application);
  return isOwn ? undefined : 'another-application';
}

/** The claim that a record had is ended, but for that of another pupil, and one that is not a record's. */
export function mayEnd(claim: IdentityClaim, isHeldThere: boolean, studentId: string): boolean {
  return isHeldThere && claim.studentId === studentId && claim.studentNumber !== null;
}

function reasonAgainst(claim: IdentityClaim | undefined, province: NodeId, application: string): Refusal | undefined {
  if (!claim) return 'unknown-claim';
  if (claim.province !== province) return 'another-province';
  return claim.application === application ? undefined : 'another-application';
}
