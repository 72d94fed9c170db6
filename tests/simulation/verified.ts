import crypto from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Every packet comes several times here, and its signature is the dearest part of it. The very same bytes under the very
 * same key and signature are verified once a run; nothing else is taken as known.
 */
interface Known {
  key: Buffer;
  bytes: Buffer;
  holds: boolean;
}

const known = new Map<string, Known[]>();
const publicKeys = new WeakMap<KeyObject, Buffer>();
const verify = crypto.verify.bind(crypto);

export function forgetVerified(): void {
  known.clear();
}

function bytesOf(key: KeyObject): Buffer {
  const bytes = publicKeys.get(key) ?? key.export({ type: 'spki', format: 'der' });
  publicKeys.set(key, bytes);
  return bytes;
}

function verifyOnce(...[algorithm, data, key, signature]: Parameters<typeof verify>): boolean {
  if (!(key instanceof crypto.KeyObject)) return verify(algorithm, data, key, signature);
  const bytes = data as Buffer;
  const name = (signature as Buffer).toString('latin1');
  const own = bytesOf(key);
  const same = known.get(name)?.find((one) => one.bytes.equals(bytes) && one.key.equals(own));
  if (same) return same.holds;
  const holds = verify(algorithm, data, key, signature);
  known.set(name, [...(known.get(name) ?? []), { key: own, bytes, holds }]);
  return holds;
}

crypto.verify = verifyOnce as typeof crypto.verify;
syncBuiltinESMExports();
