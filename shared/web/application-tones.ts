import type { ApplicationState } from '../../contracts/application.ts';
import type { Tone } from './StateTag.tsx';

/** How the states of an application look on every list. */
export const applicationStateTones: Record<ApplicationState, Tone> = {
  'in-review': 'going-on',
  returned: 'attention',
  approved: 'good',
  ended: 'plain',
};
