import type { NodeId } from '../../contracts/core/message.ts';

/**
 * Moves bytes between nodes and promises nothing: they may be lost, doubled, late or out of order. The truth is in
 * both ends' databases.
 */
export interface Link {
  /** Fire and forget; while there is no connection it is dropped. Refused inside a decision. */
  send(to: NodeId, kind: string, bytes: Uint8Array): void;
  /** `subjectFrom` is the node that the broker lets publish there; the signature must agree with it. */
  onReceive(receive: (subjectFrom: NodeId, kind: string, bytes: Uint8Array) => void): void;
  /** Called every time the connection is back. */
  onReconnect(reconnected: () => void): void;
  close(): Promise<void>;
}
