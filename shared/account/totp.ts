import { createHmac, timingSafeEqual } from 'node:crypto';

/** Time-based one-time passwords (RFC 6238 over RFC 4226) as every authenticator app makes them: SHA-1, six digits, 30 s. */
export const STEP_MS = 30_000;
const DIGITS = 6;
/** RFC 4226 §4 recommends 160 bits. */
export const SECRET_BYTES = 20;
/** RFC 6238 §5.2: a clock may be off, and a person takes time to type; one step to either side. */
const STEPS_OFF = 1;

/** The code of one counter value (RFC 4226 §5.3). */
export function hotp(secret: Uint8Array, counter: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', secret).update(message).digest();
  const offset = mac[mac.length - 1]! & 0xf;
  const value = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(value % 10 ** DIGITS).padStart(DIGITS, '0');
}

export function stepAt(nowMs: number): number {
  return Math.floor(nowMs / STEP_MS);
}

/**
 * The time step that `code` belongs to; undefined when it is of none near `nowMs`, or of one that is not after `lastStep`: a
 * code is taken once (RFC 6238 §5.2).
 */
export function matchingStep(secret: Uint8Array, code: string, nowMs: number, lastStep: number): number | undefined {
  const now = stepAt(nowMs);
  let found: number | undefined;
  for (let step = now - STEPS_OFF; step <= now + STEPS_OFF; step++)
    if (step > lastStep && step >= 0 && isSame(hotp(secret, step), code)) found ??= step;
  return found;
}

function isSame(want: string, given: string): boolean {
  const [a, b] = [Buffer.from(want), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6 without padding: what apps take when it is typed in. */
export function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => BASE32[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

/** What the QR code says (the Key Uri Format of authenticator apps). */
export function otpauthUri(issuer: string, account: string, secret: Uint8Array): string {
  const [from, name] = [encodeURIComponent(issuer), encodeURIComponent(account)];
  return `otpauth://totp/${from}:${name}?secret=${base32(secret)}&issuer=${from}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1_000}`;
}
