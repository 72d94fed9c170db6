import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openEnvelope } from './envelope.ts';
import { Refusal } from './refusal.ts';

const opens = (payload: string): boolean => {
  const envelope = { payloadType: 'x', payload, signatures: [{ keyId: 'p-37/1', signature: 'AA==' }] };
  try {
    return openEnvelope(Buffer.from(JSON.stringify(envelope))).payload.toString('base64') === payload;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
};

test('A07 an envelope opens when its payload is the one base64 text of its bytes, and no other', () => {
  const nearly = fc.string({ unit: fc.constantFrom('A', 'B', '/', '+', '-', '_', '=', ' ', '\n', 'é'), minLength: 1 });
  const bytes = fc.uint8Array({ minLength: 1 }).map((some) => Buffer.from(some).toString('base64'));
  fc.assert(
    fc.property(fc.oneof(nearly, bytes, fc.base64String({ minLength: 4 })), (payload) => {
      expect(opens(payload)).toBe(Buffer.from(payload, 'base64').toString('base64') === payload);
    }),
    { numRuns: 2_000 },
  );
});
