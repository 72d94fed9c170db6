import type { NodeId } from '../../contracts/core/message.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { must } from '../assert.ts';
import { ownKey, signingKey } from './core.ts';
import type { Core } from './core.ts';

/** Under which keys something is encrypted between two nodes. */
export interface SealedBetween {
  from: NodeId;
  to: NodeId;
  sealedBy: string;
  sealedFor: string;
}

/**
 * Encryption past the hub: what one province sends another goes through the hub, which passes it on and cannot read it. The
 * same keys and cipher as for confidential messages (docs/PROTOCOL.md, "Confidential data").
 */
export interface EndToEnd {
  /** The keys for what is sent to `to` from now on. */
  keysFor(to: NodeId): SealedBetween;
  /** `about` is bound into the tag: what was sealed about one thing opens for no other. */
  seal(keys: SealedBetween, about: string, bytes: Uint8Array): string;
  /** For either of the two. Throws `Problem('message-invalid')`. */
  open(keys: SealedBetween, about: string, sealed: string): Buffer;
}

export function openEndToEnd(core: Core): EndToEnd {
  const pairOf = ({ from, sealedBy, sealedFor }: SealedBetween) => {
    const [own, other] = from === core.node ? [sealedBy, sealedFor] : [sealedFor, sealedBy];
    const mine = ownKey(core, own);
    const theirs = core.directory.key(other);
    if (!mine || !theirs) throw new Problem('message-invalid', '没有打开加密内容的密钥');
    return { mine, theirs: theirs.agreementKey };
  };
  return {
    keysFor: (to) => ({
      from: core.node,
      to,
      sealedBy: signingKey(core).keyId,
      sealedFor: must(core.directory.newestKey(to), `a key of ${to}`).keyId,
    }),
    seal(keys, about, bytes) {
      const { mine, theirs } = pairOf(keys);
      // Mostly pictures, which are compressed by their own formats.
      return core.confidential.seal(mine, theirs, { id: about, from: keys.from, to: keys.to }, bytes, true);
    },
    open(keys, about, sealed) {
      const { mine, theirs } = pairOf(keys);
      return core.confidential.open(mine, theirs, { id: about, from: keys.from, to: keys.to }, sealed);
    },
  };
}
