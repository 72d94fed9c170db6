/** Why bytes from the link went no further. Counted and shown to operators, never answered: nothing proves who sent them. */
export const refusalReasons = [
  'too-large',
  'not-an-envelope',
  'unknown-key',
  'wrong-subject',
  'bad-signature',
  'not-a-message',
  'not-for-me',
  'key-out-of-range',
  'node-suspended',
  'old-incarnation',
  'quarantined',
  'unknown-control',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export class Refusal extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, detail = '') {
    super(`${reason} ${detail}`.trim());
    this.reason = reason;
  }
}
