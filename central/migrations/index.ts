import type { Migration } from '../../shared/db/migrate.ts';
import { up as node } from './0001-node.ts';
import { up as claims } from './0002-claims.ts';
import { up as verification } from './0003-verification.ts';
import { up as nationalIndex } from './0004-national-index.ts';
import { up as alarmHandling } from './0005-alarm-handling.ts';
import { up as claimRecount } from './0006-claim-recount.ts';
import { up as accounts } from './0007-accounts.ts';
import { up as audit } from './0008-audit.ts';
import { up as transfers } from './0009-transfers.ts';
import { up as publication } from './0010-publication.ts';
import { up as platformTicket } from './0011-platform-ticket.ts';
import { up as transferMonitor } from './0012-transfer-monitor.ts';
import { up as nationalQuery } from './0013-national-query.ts';
import { up as caseEvidence } from './0014-case-evidence.ts';
import { up as problemGroups } from './0015-problem-groups.ts';
import { up as nationalAudit } from './0016-national-audit.ts';
import { up as suspects } from './0017-suspects.ts';
import { up as problems } from './0018-problems.ts';
import { up as transferReminders } from './0019-transfers.ts';
import { up as unclaimedRecords } from './0020-unclaimed-records.ts';

export const migrations: readonly Migration[] = [
  { name: '0001-node', up: node },
  { name: '0002-claims', up: claims },
  { name: '0003-verification', up: verification },
  { name: '0004-national-index', up: nationalIndex },
  { name: '0005-alarm-handling', up: alarmHandling },
  { name: '0006-claim-recount', up: claimRecount },
  { name: '0007-accounts', up: accounts },
  { name: '0008-audit', up: audit },
  { name: '0009-transfers', up: transfers },
  { name: '0010-publication', up: publication },
  { name: '0011-platform-ticket', up: platformTicket },
  { name: '0012-transfer-monitor', up: transferMonitor },
  { name: '0013-national-query', up: nationalQuery },
  { name: '0014-case-evidence', up: caseEvidence },
  { name: '0015-problem-groups', up: problemGroups },
  { name: '0016-national-audit', up: nationalAudit },
  { name: '0017-suspects', up: suspects },
  { name: '0018-problems', up: problems },
  { name: '0019-transfers', up: transferReminders },
  { name: '0020-unclaimed-records', up: unclaimedRecords },
];
