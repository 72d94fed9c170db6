import type { AccountTables } from '../shared/account/table.ts';
import type { AuditTables } from '../shared/audit/table.ts';
import type { TaskTables } from '../shared/jobs/table.ts';
import type { ChainConfigurationTables } from '../shared/chain-configuration/table.ts';
import type { ChainTables } from '../shared/chain/table.ts';
import type { EvidenceTables } from '../shared/evidence/table.ts';
import type { MessagingTables } from '../shared/messaging/tables.ts';
import type { OrgTables } from '../shared/org/table.ts';
import type { CaptchaTables } from './captcha/table.ts';
import type { ClaimEventTables } from './claim/event.ts';
import type { RecountTables } from './claim/recount-table.ts';
import type { ContenderTables } from './claim/contender.ts';
import type { ClaimTables } from './claim/table.ts';
import type { NationalAuditTables } from './national-audit/table.ts';
import type { NationalIndexTables } from './national-index/table.ts';
import type { ProblemTables } from './problem-record/table.ts';
import type { TransferTables } from './transfer/table.ts';
import type { UsedTicketTables } from './platform-ticket/table.ts';
import type { VerificationTables } from './population-registry/table.ts';
import type { ToldTables } from './publication/table.ts';

/** Every table of the hub. */
export interface HubDb
  extends
    AccountTables,
    AuditTables,
    ChainConfigurationTables,
    OrgTables,
    MessagingTables,
    TaskTables,
    ClaimTables,
    ContenderTables,
    RecountTables,
    ClaimEventTables,
    VerificationTables,
    NationalIndexTables,
    NationalAuditTables,
    CaptchaTables,
    ChainTables,
    EvidenceTables,
    TransferTables,
    ProblemTables,
    ToldTables,
    UsedTicketTables {}
