import { hash, verify } from '@node-rs/argon2';
import { Problem } from '../../contracts/core/problems.ts';
import { reasonAgainstPassword } from '../../contracts/account.ts';
import { assertNotDeciding } from '../db/decision.ts';
import type { Random } from '../random.ts';

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

/** In the place of a hash: nothing that anybody types is right. */
export const NO_PASSWORD = 'none';

/** False for an account that is not there or has no password, in the time that it takes for one that has. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  assertNotDeciding('hashing');
  hashOfNothing ??= hash('', ARGON2);
  const isKnown = passwordHash !== undefined && passwordHash !== NO_PASSWORD;
  const right = await verify(isKnown ? passwordHash : await hashOfNothing, password);
  return right && isKnown;
}

/** Without what is misread on paper or misheard on the telephone: 0 and o, 1 and l and i. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** A password to be handed over: 16 letters and digits in groups, 92 bits (A22), by the rule that people are held to. */
export function newIssuedPassword(random: Random, accountName: string): string {
  for (;;) {
    const groups = Array.from({ length: GROUPS }, () =>
      Array.from({ length: GROUP_LENGTH }, () => letter(random)).join(''),
    );
    const password = groups.join('-');
    if (reasonAgainstPassword(password, accountName) === undefined) return password;
  }
}

function letter(random: Random): string {
  for (;;) {
    const at = random.bytes(1)[0]! & 0x3f;
    // Bytes beyond the last letter are drawn again: a remainder would favour the first ones.
    if (at < LETTERS.length) return LETTERS[at]!;
  }
}

/** Throws `password-too-weak`, pointing at `pointer`. */
export function mustBeStrong(password: string, accountName: string, pointer: string): void {
  const reason = reasonAgainstPassword(password, accountName);
  if (reason) throw new Problem('password-too-weak', reason, { errors: [{ pointer, detail: reason }] });
}
