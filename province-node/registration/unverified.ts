import { z } from 'zod';
import type { Application } from '../../shared/chain/rules.ts';
import { chinaDate } from '../../shared/clock.ts';
import type { AnyDb } from '../../shared/db/tables-of.ts';
import { tablesOf } from '../../shared/db/tables-of.ts';
import { parameterValue } from '../../shared/parameter/table.ts';
import type { Parameter } from '../../shared/parameter/table.ts';
import type { Province } from '../context.ts';
import type { RegistrationTables } from './table.ts';

/**
 * 时机成熟后，查重与认证均不通过的学生不允许注册学籍 (ministry's description §1; features 1.9): the province says from which
 * day on. Until then a registration whose verification failed may go on, with a temporary number and a problem record.
 */
export const unverifiedRefusedFrom: Parameter<string | null> = {
  key: 'registration.unverified-refused-from',
  title: '认证不通过不允许注册',
  field: 'holds-from',
  meaning:
    '从设置的日期起，人口信息库认证不通过的学籍注册申请不能审核通过，只能退回学校核对，已在办理中的申请也一样；已经取得学籍的学生不受影响。不设置时，认证不通过的可以审核通过，分配临时学籍号并产生问题学籍。',
  source: '教育部学籍系统二期说明“学籍注册”：时机成熟后，查重与认证均不通过的学生，不允许注册学籍',
  schema: z.iso.date().nullable(),
  unset: null,
};

/** Which of these may not be approved today because their verification failed, with the reason. One read for all. */
export async function unverifiedRefused(
  { clock }: Province,
  db: AnyDb,
  applications: readonly Application[],
): Promise<ReadonlyMap<string, string>> {
  const from = await parameterValue(db, unverifiedRefusedFrom);
  if (from === null || chinaDate(clock.now()) < from) return new Map();
  const ids = applications.map(({ id }) => id);
  const failed = await tablesOf<RegistrationTables>(db)
    .selectFrom('registration')
    .select('id')
    .where('id', 'in', ids)
    .where('checkState', '=', 'verification-failed')
    .execute();
  const reason = `自 ${from} 起认证不通过不允许注册，请退回学校核对身份信息`;
  return new Map(failed.map(({ id }) => [id, reason]));
}
