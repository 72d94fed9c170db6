import { describe, expect, test } from 'vitest';
import type { InboxRow } from '../../../contracts/application.ts';
import { decidableOf, leftOutText, reasonAgainstAll, reasonAgainstSome, waitingSchools } from './waiting-schools.ts';

function inboxRow(orgId: string, group: string, total: number, more: Partial<InboxRow> = {}): InboxRow {
  return {
    kind: 'primary-entrant',
    act: 'review',
    orgId,
    orgName: `学校${orgId}`,
    group,
    total,
    checking: 0,
    checkFailed: 0,
    late: 0,
    oldestSince: '2026-09-03T00:00:00.000Z',
    oldestDueOn: '2026-09-17',
    ...more,
  };
}

describe('what waits for review, by school (features 1.10)', () => {
  test('a school is one row with its counts by id category and the oldest of its dates', () => {
    const schools = waitingSchools([
      inboxRow('1', 'resident', 90, { checking: 5, checkFailed: 1 }),
      inboxRow('2', 'none', 1),
      inboxRow('1', 'hmt-foreign', 2, { oldestSince: '2026-09-01T00:00:00.000Z' }),
    ]);
    expect(schools).toEqual([
      {
        orgId: '1',
        orgName: '学校1',
        total: 92,
        checking: 5,
        checkFailed: 1,
        resident: 90,
        'hmt-foreign': 2,
        none: 0,
        oldestSince: '2026-09-01T00:00:00.000Z',
      },
      {
        orgId: '2',
        orgName: '学校2',
        total: 1,
        checking: 0,
        checkFailed: 0,
        resident: 0,
        'hmt-foreign': 0,
        none: 1,
        oldestSince: '2026-09-03T00:00:00.000Z',
      },
    ]);
  });

  test('deciding all leaves out, and names, those whose checks are running or have failed', () => {
    const schools = waitingSchools([inboxRow('1', 'resident', 90, { checking: 5, checkFailed: 1 })]);
    expect(decidableOf(schools)).toBe(84);
    expect(leftOutText(schools)).toBe('另有 5 人查重认证中、1 人查重不通过，不在此次办理之列。');
    expect(reasonAgainstAll(schools)).toBeUndefined();
  });

  test('there is nothing to decide when nothing waits or all of it is blocked', () => {
    expect(reasonAgainstAll([])).toBe('没有待办的学生');
    const blocked = waitingSchools([inboxRow('1', 'resident', 2, { checking: 1, checkFailed: 1 })]);
    expect(reasonAgainstAll(blocked)).toBe('查重认证都未完成或未通过，暂不能办理');
    expect(leftOutText([])).toBeUndefined();
  });

  test('of schools that conditions select, one can be decided whole; several only with all, or each by itself', () => {
    const [one, other] = waitingSchools([inboxRow('1', 'resident', 3), inboxRow('2', 'resident', 2)]);
    expect(reasonAgainstSome([], '审核')).toBe('没有符合查询条件的学校');
    expect(reasonAgainstSome([one!], '审核')).toBeUndefined();
    expect(reasonAgainstSome([one!, other!], '审核')).toContain('请在各校一行分别点“全部审核”');
  });
});
