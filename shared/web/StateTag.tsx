import type { ReactNode } from 'react';

/** What a state means to the person: nothing to do, going on, mine to do, well, not well. */
export type Tone = 'plain' | 'going-on' | 'attention' | 'good' | 'bad';

/** A state in a word, with a dot so that colour is not the only sign. */
export function StateTag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`state-tag ${tone}`}>{children}</span>;
}
