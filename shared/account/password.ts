import { hash, verify } from '@node-rs/argon2';
import { Problem } from '../../contracts/core/problems.ts';
import { reasonAgainstPassword } from '../../contracts/account.ts';
import { assertNotDeciding } from '../db/decision.ts';

/**
 * OWASP's smallest setting for argon2id: 19 MiB, two passes, one lane; about 50 ms. The default algorithm is argon2id.
 */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of no password: verified against for unknown accounts, so that the answer takes as long (A29). */
let hashOfNothing: Promise<string> | undefined;

export async function hashPassword(password: string): Promise<string> {
  assertNotDeciding('hashing');
  return hash(password, ARGON2);
}

/** False for an account that is not there, in the time that it takes for one that is. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  assertNotDeciding('hashing');
  hashOfNothing ??= hash('', ARGON2);
  const right = await verify(passwordHash ?? (await hashOfNothing), password);
  return right && passwordHash !== undefined;
}

/** Throws `password-too-weak`, pointing at `pointer`. */
export function mustBeStrong(password: string, accountName: string, pointer: string): void {
  const reason = reasonAgainstPassword(password, accountName);
  if (reason) throw new Problem('password-too-weak', reason, { errors: [{ pointer, detail: reason }] });
}
