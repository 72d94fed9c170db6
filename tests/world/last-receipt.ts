import type { CaseLine } from '../../contracts/case-bundle.ts';

/** Whether the receipt of `peer` in a bundle tells of this message by itself, not only of all before it. */
export function isOfLastReceipt(lines: readonly CaseLine[], peer: string, sequence: number): boolean {
  for (const line of lines) {
    if (line.line !== 'receipt' || line.peer !== peer) continue;
    const { payload } = JSON.parse(line.envelope) as { payload: string };
    const body = JSON.parse(Buffer.from(payload, 'base64').toString()) as {
      data: { items: [{ after: number; upTo: number }] };
    };
    const [{ after, upTo }] = body.data.items;
    return sequence > after && sequence <= upTo;
  }
  return false;
}
