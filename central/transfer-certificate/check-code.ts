import { timingSafeEqual } from 'node:crypto';
import type { Vault } from '../../shared/signing/vault.ts';
import type { TransferTable } from '../transfer/table.ts';

/** Crockford's base 32: no I, L, O, U. */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BITS_A_SIGN = 5n;
const CODE_SIGNS = 16;

/**
 * 80 bits over what the paper says, keyed by the hub's secret: nobody can make one for a paper with another name, school or grade, and
 * it is the same whenever it is printed.
 */
export function checkCodeOf(vault: Vault, transfer: TransferTable): string {
  const { id, kind, studentNumber, name, fromSchoolId, fromSchoolName, toSchoolId, toSchoolName } = transfer;
  const { stage, cohort, appliedAt, reason } = transfer;
  const schools = [fromSchoolId, fromSchoolName, toSchoolId, toSchoolName];
  const facts = ['transfer certificate', id, kind, studentNumber, name, ...schools, stage, cohort, appliedAt, reason];
  let bits = BigInt(`0x${vault.fingerprint(JSON.stringify(facts)).toString('hex')}`);
  let code = '';
  for (let at = 0; at < CODE_SIGNS; at++, bits >>= BITS_A_SIGN) code += SIGNS[Number(bits & 31n)];
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

export function isCheckCode(vault: Vault, transfer: TransferTable, given: string): boolean {
  const [right, typed] = [Buffer.from(checkCodeOf(vault, transfer)), Buffer.from(given)];
  return right.length === typed.length && timingSafeEqual(right, typed);
}
