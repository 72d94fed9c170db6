import type { FoundRecord } from '../../contracts/custody.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { DifferenceKind, RepairFix } from '../../contracts/national-audit.ts';

/** What the hub has of a pupil: the summary, and who holds the record in which epoch. */
export interface HubRecord {
  province: NodeId;
  version: number;
  studentNumber: string;
  claimNo: number | null;
  /** 已删除: it claims its identity no longer, and another record may have it. */
  isDeleted: boolean;
  epoch: number;
  schoolId: string;
  schoolName: string;
  maskedName: string;
  changedAt: string;
}

/** The claim that the summary names, or one that names the pupil. */
export interface HubClaim {
  claimNo: number;
  province: NodeId;
  studentId: string;
  studentNumber: string | null;
  schoolName: string;
  maskedName: string;
  /** Its document is the one of the summary. */
  isOfIdentity: boolean;
}

/**
 * What a province answered about a pupil, and what the hub had at the very place of the answer in the province's stream: all
 * that the province had told before was known, so nothing that is under way makes a difference.
 */
export interface Answer {
  province: NodeId;
  record: FoundRecord | null;
  hub: HubRecord | null;
  /** A transfer of the pupil was under way: both sides change, each in its time. */
  isMoving: boolean;
}

/** All that is known of one pupil when it is judged. */
export interface Suspicion {
  studentId: string;
  hub: HubRecord | null;
  answers: readonly Answer[];
  /** Provinces that were asked and have not answered, or are not believed. */
  silent: readonly NodeId[];
  claims: readonly HubClaim[];
  /** Other pupils with the same document, and with the same number. */
  identityShared: readonly string[];
  numberShared: readonly string[];
}

export interface Difference {
  kind: DifferenceKind;
  /** Where it is to be put right, or whose record is in question. */
  province: NodeId;
  fix: RepairFix;
}

/** These change nothing that people decide, and are put right by themselves. */
export const fixedByItself: readonly RepairFix[] = ['tell-again', 'open-group'];

/**
 * What differs, and what is proposed (protocol, invariants I01 and I02: a pupil has exactly one home). Who holds a record is
 * decided by the hub's row; what a record says, by the province that holds it. Nothing is said while a transfer is under way,
 * or where the hub's row has changed between two answers: the next run looks again. That a record is nowhere is only said
 * when everybody asked has answered.
 */
export function differencesOf(suspicion: Suspicion): Difference[] {
  const { answers, hub } = suspicion;
  if (answers.some(({ isMoving }) => isMoving) || hasMovedBetween(answers)) return [];
  const place = differencesOfPlace(suspicion);
  if (place.length > 0 || !hub) return place;
  const content = differencesOfContent(suspicion, hub);
  // A summary that names another claim than its record says nothing of the claim.
  const isOfClaim = content.some(({ kind }) => kind === 'claim-no-differs');
  const claims = isOfClaim ? [] : differencesOfClaim(suspicion, hub);
  return [...content, ...claims, ...shared(suspicion, hub)];
}

const isHere = ({ record }: Answer): boolean => record !== null && record.custody !== 'moved-out';

/** Where the record is. */
function differencesOfPlace({ hub, answers, silent, claims, studentId }: Suspicion): Difference[] {
  const here = answers.filter(isHere);
  const [first] = here;
  if (!hub) {
    if (first && here.length > 1) return [{ kind: 'at-two', province: first.province, fix: 'by-people' }];
    if (first) return [{ kind: 'summary-missing', province: first.province, fix: 'tell-again' }];
    const claim = claims.find((one) => one.studentId === studentId && one.studentNumber !== null);
    if (!claim || silent.length > 0) return [];
    return [{ kind: 'claim-without-record', province: claim.province, fix: 'end-claim' }];
  }
  const others = here.filter(({ province }) => province !== hub.province);
  if (here.some(({ province }) => province === hub.province))
    return others.map(({ province }) => ({ kind: 'at-two', province, fix: 'release' }));
  const asked = answers.find(({ province }) => province === hub.province);
  // Of a holder that has not answered nothing is known.
  if (!asked) return [];
  const [other] = others;
  if (other && others.length > 1) return [{ kind: 'at-two', province: other.province, fix: 'by-people' }];
  if (other) return [{ kind: 'elsewhere', province: other.province, fix: 'assign' }];
  if (silent.length > 0) return [];
  return [{ kind: 'at-none', province: hub.province, fix: asked.record ? 'hold-again' : 'claim-again' }];
}

/** What the record says, where it is where it should be. Of the holder's answer, with what the hub had then. */
function differencesOfContent({ answers }: Suspicion, { province }: HubRecord): Difference[] {
  const answer = answers.find((one) => one.province === province);
  const [record, hub] = [answer?.record, answer?.hub];
  if (!record || !hub) return [];
  const differences: Difference[] = [];
  if (record.custody === 'sealed') differences.push({ kind: 'sealed-alone', province, fix: 'hold-again' });
  if (record.epoch !== hub.epoch) differences.push({ kind: 'epoch-differs', province, fix: 'correct-epoch' });
  if (hub.version < record.version) differences.push({ kind: 'summary-older', province, fix: 'tell-again' });
  else if (hub.version > record.version) differences.push({ kind: 'summary-newer', province, fix: 'tell-above' });
  else if (record.studentNumber !== hub.studentNumber)
    differences.push({ kind: 'number-differs', province, fix: 'tell-above' });
  else if (record.claimNo !== hub.claimNo) differences.push({ kind: 'claim-no-differs', province, fix: 'tell-above' });
  else if (record.schoolId !== hub.schoolId) differences.push({ kind: 'school-differs', province, fix: 'tell-above' });
  return differences;
}

/** The claim that the summary names is of the pupil, the document and the province that holds the record; there is no other. */
function differencesOfClaim({ claims, studentId }: Suspicion, hub: HubRecord): Difference[] {
  const { province } = hub;
  if (hub.isDeleted) {
    const standing = claims.filter((one) => one.studentId === studentId && one.studentNumber !== null);
    return standing.map((one) => ({ kind: 'claim-without-record', province: one.province, fix: 'end-claim' }));
  }
  const more = claims.filter(
    (one) => one.studentId === studentId && one.claimNo !== hub.claimNo && one.studentNumber !== null,
  );
  const differences = more.map(({ isOfIdentity, province: ofClaim }): Difference => {
    if (hub.claimNo === null && isOfIdentity) return { kind: 'claim-no-differs', province, fix: 'by-people' };
    return { kind: 'claim-without-record', province: ofClaim, fix: 'end-claim' };
  });
  if (hub.claimNo === null) return differences;
  const claim = claims.find(({ claimNo }) => claimNo === hub.claimNo);
  if (!claim) differences.push({ kind: 'record-without-claim', province, fix: 'restore-claim' });
  else if (claim.studentId !== studentId || !claim.isOfIdentity)
    differences.push({ kind: 'record-without-claim', province, fix: 'by-people' });
  else if (claim.province !== province) differences.push({ kind: 'claim-elsewhere', province, fix: 'move-claim' });
  return differences;
}

/**
 * Duplicates (查重): which of the pupils it is, people decide by the rules of problem records (features 2), in a group. Of it the pupil
 * with the lowest id is named.
 */
function shared({ studentId, identityShared, numberShared }: Suspicion, { province }: HubRecord): Difference[] {
  const isFirstOf = (others: readonly string[]): boolean => others.length > 0 && others.every((id) => id > studentId);
  const differences: Difference[] = [];
  if (isFirstOf(identityShared)) differences.push({ kind: 'identity-twice', province, fix: 'open-group' });
  if (isFirstOf(numberShared)) differences.push({ kind: 'number-twice', province, fix: 'renumber' });
  return differences;
}

/** Nothing can be said of the pupil in this run: a transfer is under way, the hub's row changed, or somebody was silent. */
export function isUndecided({ answers, silent }: Suspicion): boolean {
  return silent.length > 0 || answers.some(({ isMoving }) => isMoving) || hasMovedBetween(answers);
}

function hasMovedBetween(answers: readonly Answer[]): boolean {
  return new Set(answers.map((answer) => `${answer.hub?.province} ${answer.hub?.epoch}`)).size > 1;
}
