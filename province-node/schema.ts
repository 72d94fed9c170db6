import type { AccountTables } from '../shared/account/table.ts';
import type { AuditTables } from '../shared/audit/table.ts';
import type { ChainConfigurationTables } from '../shared/chain-configuration/table.ts';
import type { ChainTables } from '../shared/chain/table.ts';
import type { EvidenceTables } from '../shared/evidence/table.ts';
import type { TaskTables } from '../shared/jobs/table.ts';
import type { MessagingTables } from '../shared/messaging/tables.ts';
import type { OrgTables } from '../shared/org/table.ts';
import type { ParameterTables } from '../shared/parameter/table.ts';
import type { HandOverTables } from './hand-over/table.ts';
import type { IdentityTables } from './identity/table.ts';
import type { InProvinceTransferTables } from './in-province-transfer/table.ts';
import type { KeyChangeTables } from './key-change/table.ts';
import type { AuditQuestionTables } from './national-audit/table.ts';
import type { PreschoolTables } from './preschool/table.ts';
import type { ProblemRecordTables } from './problem-record/table.ts';
import type { PublicationTables } from './publication/table.ts';
import type { RegistrationTables } from './registration/table.ts';
import type { StudentTables } from './student/table.ts';
import type { TransferCaseTables } from './transfer/table.ts';

/** Every table of a province node's database. A table is written only by the folder that owns it. */
export type ProvinceDb = AccountTables &
  AuditQuestionTables &
  AuditTables &
  ChainConfigurationTables &
  ChainTables &
  EvidenceTables &
  HandOverTables &
  IdentityTables &
  InProvinceTransferTables &
  KeyChangeTables &
  MessagingTables &
  OrgTables &
  ParameterTables &
  PreschoolTables &
  ProblemRecordTables &
  PublicationTables &
  RegistrationTables &
  StudentTables &
  TaskTables &
  TransferCaseTables;
