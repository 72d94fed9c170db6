import type { StepAct } from '../../contracts/application.ts';
import { paths } from './paths.ts';

/** What a kind of application is called and where it is dealt with: one line a business. */
export const inboxKinds: Readonly<Record<string, { title: string; paths: Record<StepAct, string> }>> = {
  'primary-entrant': {
    title: '小学新生注册',
    paths: { review: paths.primaryEntrantReview, report: paths.primaryEntrantReport },
  },
  'other-entrant': {
    title: '非小学新生注册',
    paths: { review: paths.otherEntrantReview, report: paths.otherEntrantReport },
  },
};
