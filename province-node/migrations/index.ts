import type { Migration } from '../../shared/db/migrate.ts';
import { up as node } from './0001-node.ts';
import { up as registration } from './0002-registration.ts';
import { up as registrationQuery } from './0003-registration-query.ts';
import { up as formsApart } from './0004-forms-apart.ts';
import { up as alarmHandling } from './0005-alarm-handling.ts';
import { up as forgottenRegistration } from './0006-forgotten-registration.ts';
import { up as registrationClaim } from './0007-registration-claim.ts';
import { up as chainConfiguration } from './0008-chain-configuration.ts';
import { up as accounts } from './0009-accounts.ts';
import { up as singleEntry } from './0010-single-entry.ts';
import { up as menders } from './0011-menders.ts';
import { up as listIndexes } from './0012-list-indexes.ts';
import { up as home } from './0013-home.ts';
import { up as preschool } from './0014-preschool.ts';
import { up as handOver } from './0015-hand-over.ts';
import { up as publication } from './0016-publication.ts';
import { up as forgottenClaims } from './0017-forgotten-claims.ts';
import { up as students } from './0018-students.ts';
import { up as inProvinceTransfer } from './0019-in-province-transfer.ts';
import { up as releasedClaim } from './0020-released-claims.ts';
import { up as caseDecisions } from './0021-case-decisions.ts';
import { up as keyChange } from './0022-key-change.ts';
import { up as problemRecords } from './0023-problem-records.ts';
import { up as nationalAudit } from './0024-national-audit.ts';
import { up as legacy } from './0025-legacy.ts';
import { up as problems } from './0026-problems.ts';
import { up as transferReminders } from './0027-transfers.ts';
import { up as pages } from './0028-pages.ts';
import { up as recounts } from './0029-recounts.ts';
import { up as packedAgain } from './0030-packed-again.ts';

/** In order; a list and not a folder scan, because bundles and the simulation need one. */
export const migrations: readonly Migration[] = [
  { name: '0001-node', up: node },
  { name: '0002-registration', up: registration },
  { name: '0003-registration-query', up: registrationQuery },
  { name: '0004-forms-apart', up: formsApart },
  { name: '0005-alarm-handling', up: alarmHandling },
  { name: '0006-forgotten-registration', up: forgottenRegistration },
  { name: '0007-registration-claim', up: registrationClaim },
  { name: '0008-chain-configuration', up: chainConfiguration },
  { name: '0009-accounts', up: accounts },
  { name: '0010-single-entry', up: singleEntry },
  { name: '0011-menders', up: menders },
  { name: '0012-list-indexes', up: listIndexes },
  { name: '0013-home', up: home },
  { name: '0014-preschool', up: preschool },
  { name: '0015-hand-over', up: handOver },
  { name: '0016-publication', up: publication },
  { name: '0017-forgotten-claims', up: forgottenClaims },
  { name: '0018-students', up: students },
  { name: '0019-in-province-transfer', up: inProvinceTransfer },
  { name: '0020-released-claims', up: releasedClaim },
  { name: '0021-case-decisions', up: caseDecisions },
  { name: '0022-key-change', up: keyChange },
  { name: '0023-problem-records', up: problemRecords },
  { name: '0024-national-audit', up: nationalAudit },
  { name: '0025-legacy', up: legacy },
  { name: '0026-problems', up: problems },
  { name: '0027-transfers', up: transferReminders },
  { name: '0028-pages', up: pages },
  { name: '0029-recounts', up: recounts },
  { name: '0030-packed-again', up: packedAgain },
];
