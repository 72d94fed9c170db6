import type { DelayLevel } from '../../contracts/link-health.ts';
import { spanText } from './formats.ts';
import { StateTag } from './StateTag.tsx';
import type { Tone } from './StateTag.tsx';

export const delayTones: Record<DelayLevel, Tone> = { minutes: 'attention', hour: 'bad', day: 'bad' };

/** How long the oldest message has waited for its receipt, in the tone of its alarm. */
export function Waiting({ ms, delay }: { ms: number | null; delay: DelayLevel | null }) {
  if (ms === null) return '无';
  return delay ? <StateTag tone={delayTones[delay]}>{spanText(ms)}</StateTag> : spanText(ms);
}
