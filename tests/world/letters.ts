import { MESSAGE_TYPE, NO_HASH } from '../../contracts/core/envelope.ts';
import type { MessageBody } from '../../contracts/core/envelope.ts';
import { systemRandom, idsFrom } from '../../shared/random.ts';
import { systemClock } from '../../shared/clock.ts';
import { writeEnvelope } from '../../shared/messaging/envelope.ts';
import type { NodeKey } from '../../shared/signing/node-keys.ts';
import { openSigner } from '../../shared/signing/signer.ts';

const ids = idsFrom(systemClock, systemRandom);

/** A body as a province would write it, with whatever a test wants different. */
export function bodyOf(changes: Partial<MessageBody> = {}): MessageBody {
  return {
    id: ids.next(),
    kind: 'test.note',
    schema: 1,
    from: 'p-37',
    to: 'hub',
    incarnation: 1,
    sequence: 1,
    previous: NO_HASH,
    hubIncarnation: 1,
    issuedAt: '2026-11-23T08:00:00.123Z',
    data: { items: [{ text: '张三' }] },
    ...changes,
  };
}

/** Signed as it stands: text that is no body at all may be signed too. */
export function signed(body: MessageBody | string, key: NodeKey, payloadType = MESSAGE_TYPE): Buffer {
  const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return writeEnvelope(payloadType, payload, key.keyId, openSigner(key.suite, key.privateKey));
}
