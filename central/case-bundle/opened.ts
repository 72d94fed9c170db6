import type { z } from 'zod';
import type { CaseTold } from '../../contracts/case-bundle.ts';
import { CopyRecord } from '../../contracts/hand-over.ts';
import { TransferTold } from '../../contracts/transfer-told.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import { openConfidential } from '../../shared/messaging/confidential.ts';
import type { Directory } from '../../shared/messaging/directory.ts';
import { openEnvelope } from '../../shared/messaging/envelope.ts';
import { parseBody } from '../../shared/messaging/incoming.ts';
import { parseStrictJson } from '../../shared/messaging/strict-json.ts';
import type { NodeKeys } from '../../shared/signing/node-keys.ts';
import type { Hub } from '../context.ts';

/**
 * What is in a confidential message of a case, as far as the exporter may see it: the key that opens it would open all that the two
 * nodes ever said, so the bundle shows the content and the hub vouches for it with its seal.
 */
export type OpenMessage = (envelope: Uint8Array) => unknown[] | null;

export function openMessages({ random }: Hub, keys: NodeKeys, directory: Directory): OpenMessage {
  const confidential = openConfidential(random);
  return (envelope) => {
    const opened = openEnvelope(envelope);
    const body = parseBody(opened);
    if (!('sealed' in body.data)) return null;
    const { sealed, sealedFor } = body.data;
    const [own, other] = body.from === 'hub' ? [opened.keyId, sealedFor] : [sealedFor, opened.keyId];
    const mine = keys.keys.find(({ keyId }) => keyId === own);
    const theirs = directory.key(other);
    if (!mine || !theirs) return null;
    const items = itemsOf(() => confidential.open(mine, theirs.agreementKey, body, sealed));
    if (!items) return null;
    if (body.kind === TransferTold.kind) return items.map(shown);
    return body.kind === CopyRecord.kind ? items.map(withoutPromise) : items;
  };
}

/** Null for what does not open: a message that was signed anew with a key that came after it was sealed. */
function itemsOf(open: () => Buffer): unknown[] | null {
  try {
    return parseStrictJson(open()) as unknown[];
  } catch {
    return null;
  }
}

/** What the hub had been told of the record says its whole number; the case itself says the rest. */
function withoutPromise(item: unknown): object {
  const { promised: _promised, ...order } = CopyRecord.item.parse(item);
  return order;
}

/** What the page of the case shows; numbers are masked, because a file goes farther than a page. */
function shown(item: unknown): z.input<typeof CaseTold> {
  const told = TransferTold.item.parse(item);
  const { revision, state, name, fromProvince, fromSchoolName, toProvince, toSchoolName } = told;
  const from = { fromProvince, fromSchoolName };
  const to = { toProvince, toSchoolName };
  const maskedStudentNumber = maskStudentNumber(told.studentNumber);
  const { steps = [], evidence = [] } = told;
  return { revision, state, maskedStudentNumber, name, ...from, ...to, steps, evidence };
}
