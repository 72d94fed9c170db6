import type { GroupState, MemberState } from '../../contracts/problem-rules.ts';
import type { Tone } from './StateTag.tsx';

/** How the states of a group and of its records look. */
export const memberTones: Record<MemberState, Tone> = {
  waiting: 'attention',
  'in-review': 'going-on',
  attested: 'going-on',
  cleared: 'good',
  changed: 'good',
  deleted: 'plain',
};
export const groupTones: Record<GroupState, Tone> = { open: 'going-on', arbitration: 'attention', closed: 'good' };
