import type { GroupState, MemberState } from '../../../contracts/problem-rules.ts';
import type { Tone } from '../../../shared/web/StateTag.tsx';
import { paths } from '../../web/paths.ts';

/** How the states of a group and of its records look, and where a group is shown. */
export const memberTones: Record<MemberState, Tone> = {
  waiting: 'attention',
  'in-review': 'going-on',
  attested: 'going-on',
  cleared: 'good',
  changed: 'good',
  deleted: 'plain',
};
export const groupTones: Record<GroupState, Tone> = { open: 'going-on', arbitration: 'attention', closed: 'good' };

export function groupPath(id: string): string {
  return paths.problemGroup.replace(':id', encodeURIComponent(id));
}
