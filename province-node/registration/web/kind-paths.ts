import type { EntryWay } from '../../../contracts/registration-entry.ts';
import type { RegistrationKind } from '../../../contracts/registration.ts';
import { paths } from '../../web/paths.ts';

type Place = 'entrants' | 'review' | 'reviewList' | 'report' | 'reportList' | EntryWay;

/** Where the pages of each kind of registration are. */
export const kindPaths: Record<RegistrationKind, Record<Place, string>> = {
  'primary-entrant': {
    entrants: paths.primaryEntrants,
    import: paths.primaryEntrantImport,
    single: paths.primaryEntrantEntry,
    review: paths.primaryEntrantReview,
    reviewList: paths.primaryEntrantReviewList,
    report: paths.primaryEntrantReport,
    reportList: paths.primaryEntrantReportList,
  },
  'other-entrant': {
    entrants: paths.otherEntrants,
    import: paths.otherEntrantImport,
    single: paths.otherEntrantEntry,
    review: paths.otherEntrantReview,
    reviewList: paths.otherEntrantReviewList,
    report: paths.otherEntrantReport,
    reportList: paths.otherEntrantReportList,
  },
};
