import { useState } from 'react';
import { spanText, timeText } from '../../../shared/web/formats.ts';

/** How long something has stood, as of when it was shown; since when, on pointing at it. */
export function Waited({ since }: { since: string }) {
  const [shownAtMs] = useState(() => Date.now());
  return <span title={`自 ${timeText(since)} 起`}>{spanText(Math.max(0, shownAtMs - Date.parse(since)))}</span>;
}
