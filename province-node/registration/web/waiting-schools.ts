import type { InboxRow } from '../../../contracts/application.ts';
import { IdCategory } from '../../../contracts/people/id-document.ts';

/** What waits at one school: in all, by id category, and how much of it cannot be decided yet. */
export interface WaitingSchool extends Record<IdCategory, number> {
  orgId: string;
  orgName: string;
  total: number;
  checking: number;
  checkFailed: number;
  oldestSince: string;
}

/** The inbox of one kind and act by school, in the order given (features 1.10). */
export function waitingSchools(rows: readonly InboxRow[]): WaitingSchool[] {
  const schools = new Map<string, WaitingSchool>();
  for (const { orgId, orgName, group, total, checking, checkFailed, oldestSince } of rows) {
    const school = schools.get(orgId) ?? {
      orgId,
      orgName,
      oldestSince,
      total: 0,
      checking: 0,
      checkFailed: 0,
      resident: 0,
      'hmt-foreign': 0,
      none: 0,
    };
    school.total += total;
    school.checking += checking;
    school.checkFailed += checkFailed;
    school[IdCategory.parse(group)] += total;
    if (oldestSince < school.oldestSince) school.oldestSince = oldestSince;
    schools.set(orgId, school);
  }
  return [...schools.values()];
}

/** How many of them can be decided now. */
export function decidableOf(schools: readonly Pick<WaitingSchool, 'total' | 'checking' | 'checkFailed'>[]): number {
  return schools.reduce((sum, { total, checking, checkFailed }) => sum + total - checking - checkFailed, 0);
}

/** Why nothing of it can be decided now, in Chinese; undefined when something can. */
export function reasonAgainstAll(schools: readonly WaitingSchool[]): string | undefined {
  if (schools.length === 0) return '没有待办的学生';
  return decidableOf(schools) === 0 ? '查重认证都未完成或未通过，暂不能办理' : undefined;
}

/** The same of those that conditions select: all are decided together, or those of one school. */
export function reasonAgainstSome(schools: readonly WaitingSchool[], title: string): string | undefined {
  if (schools.length === 0) return '没有符合查询条件的学校';
  if (schools.length === 1) return reasonAgainstAll(schools);
  return `查询条件选出 ${schools.length} 所学校：请在各校一行分别点“全部${title}”，或重置条件后一起${title}`;
}

/** What is left out when all of them are decided, in Chinese; undefined when nothing is. */
export function leftOutText(schools: readonly WaitingSchool[]): string | undefined {
  const checking = schools.reduce((sum, school) => sum + school.checking, 0);
  const failed = schools.reduce((sum, school) => sum + school.checkFailed, 0);
  const parts = [checking > 0 ? `${checking} 人查重认证中` : [], failed > 0 ? `${failed} 人查重不通过` : []].flat();
  return parts.length > 0 ? `另有 ${parts.join('、')}，不在此次办理之列。` : undefined;
}
