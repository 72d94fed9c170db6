import { expect, test } from 'vitest';
import type { HistoryAct, HistoryEntry } from '../../contracts/application.ts';
import { decisionsOf } from './chain-decisions.ts';

const history = (...acts: HistoryAct[]): HistoryEntry[] =>
  acts.map((act, at) => ({
    ordinal: at + 1,
    act,
    orgName: '学校',
    personName: `第${at + 1}`,
    opinion: '',
    at: '2026-09-01T00:00:00.000Z',
  }));
const people = (position: number, ...acts: HistoryAct[]): string[] =>
  decisionsOf({ history: history(...acts), position }).map(({ personName }) => personName);

test('every step done has the decision that did it', () => {
  expect(people(2, 'submit', 'approve', 'report')).toEqual(['第2', '第3']);
});
test('after a return and a new submission, decisions before the return count no more', () => {
  expect(people(1, 'submit', 'approve', 'return', 'resubmit', 'approve')).toEqual(['第5']);
  expect(people(0, 'submit', 'approve', 'return', 'resubmit')).toEqual([]);
});
