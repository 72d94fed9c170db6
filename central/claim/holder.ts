import type { ClaimHolder } from '../../contracts/claim.ts';
import { isoTime } from '../../shared/clock.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { IdentityClaim } from './table.ts';

/** As the loser may see it: the school, and only the masked name (attack A37). */
export function holderOf(claim: IdentityClaim): ClaimHolder {
  return {
    province: claim.province,
    provinceName: nodeName(claim.province),
    schoolName: claim.schoolName,
    maskedName: claim.maskedName,
    since: isoTime(claim.at),
    state: claim.studentNumber === null ? 'pending' : 'held',
  };
}
