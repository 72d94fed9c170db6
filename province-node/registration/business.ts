import { ConfirmClaim } from '../../contracts/claim.ts';
import { RecordSummarised } from '../../contracts/national-index.ts';
import {
  discardRegistrationImport,
  downloadMarkedImport,
  downloadRegistrationTemplate,
  exportRegistrations,
  exportWaitingRegistrations,
  getRegistration,
  getRegistrationImport,
  listImportRows,
  listRegistrationImports,
  listRegistrations,
  listWaitingRegistrations,
  RegistrationKind,
  submitRegistrationImport,
  uploadRegistrations,
} from '../../contracts/registration.ts';
import {
  discardEntry,
  listEntryDrafts,
  mendRegistration,
  saveEntry,
  startEntry,
  submitEntry,
} from '../../contracts/registration-entry.ts';
import type { ReviewedBusiness } from '../../shared/chain/chain.ts';
import { serve, serveDownload, serveUpload } from '../../shared/http/serve.ts';
import { on } from '../../shared/messaging/handlers.ts';
import { serveList } from '../../shared/query/exported-list.ts';
import type { Province } from '../context.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import { registrationsApproved, registrationsReturned } from './approval.ts';
import { endFailedRegistrations } from './checks.ts';
import * as entry from './entry/draft.ts';
import { registrationEvidence, registrationPhoto } from './entry/evidence.ts';
import { draftsOf, removeOldDrafts } from './entry/old-drafts.ts';
import { submit as submitOne } from './entry/submit.ts';
import { confirmationRecalled, summaryRecalled } from './forgotten.ts';
import { importRows, importsOf, markedFile, oneImport, template } from './import-queries.ts';
import { discard, upload } from './import.ts';
import { registrationsSheet, waitingSheet } from './list-sheet.ts';
import { findRegistrations, findWaiting, pupilNames, registrationDetail, showRegistrations } from './queries.ts';
import { chainsOfRegistration } from './rules.ts';
import { submit } from './submit.ts';
import { REGISTRATIONS } from './table.ts';
import { unverifiedRefused, unverifiedRefusedFrom } from './unverified.ts';

/**
 * Registration (学籍注册): a file is uploaded and checked (import.ts), submitted and claimed at the hub (submit.ts), the
 * hub's answers open it for review (checks.ts, told by identity/), and the last approval makes the pupil's record (approval.ts). Single pupils
 * are entered in a form, and what was returned is mended in it (entry/).
 */
export const registration: ProvinceBusiness = {
  name: 'registration',
  endpoints: [
    serveDownload(downloadRegistrationTemplate, template),
    serveUpload(uploadRegistrations, upload),
    serve(listRegistrationImports, importsOf),
    serve(getRegistrationImport, oneImport),
    serve(listImportRows, importRows),
    serveDownload(downloadMarkedImport, markedFile),
    serve(submitRegistrationImport, submit),
    serve(discardRegistrationImport, discard),
    serve(startEntry, entry.start),
    serve(mendRegistration, entry.mend),
    serve(saveEntry, entry.save),
    serve(submitEntry, submitOne),
    serve(discardEntry, entry.discard),
    serve(listEntryDrafts, draftsOf),
    ...serveList(listRegistrations, exportRegistrations, {
      find: findRegistrations,
      show: showRegistrations,
      sheet: registrationsSheet,
    }),
    ...serveList(listWaitingRegistrations, exportWaitingRegistrations, {
      find: findWaiting,
      show: showRegistrations,
      sheet: waitingSheet,
    }),
    serve(getRegistration, registrationDetail),
  ],
  recalls: [on(ConfirmClaim, confirmationRecalled), on(RecordSummarised, summaryRecalled)],
  jobs: [
    { name: 'end-failed-registrations', everyMs: 10 * 60_000, run: endFailedRegistrations },
    { name: 'remove-old-drafts', everyMs: 24 * 3_600_000, run: removeOldDrafts },
  ],
  parameters: [unverifiedRefusedFrom],
  evidence: [registrationEvidence, registrationPhoto],
  reviewed: RegistrationKind.options.map((kind) => reviewedRegistration(kind)),
};

function reviewedRegistration(kind: RegistrationKind): ReviewedBusiness<Province> {
  return {
    ...chainsOfRegistration(kind),
    topic: REGISTRATIONS,
    reasonsAgainstApproving: unverifiedRefused,
    onApproved: registrationsApproved,
    onReturned: registrationsReturned,
    namesOf: pupilNames,
  };
}
