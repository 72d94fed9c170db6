import { describe, expect, test } from 'vitest';
import type { FoundRecord } from '../../contracts/custody.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { differencesOf, isUndecided } from './rules.ts';
import type { Answer, HubRecord, Suspicion } from './rules.ts';
import { isDue, nextRunAt } from './schedule.ts';

const same = { version: 3, studentNumber: 'G1', claimNo: 5, epoch: 0, schoolId: '2137000001' };
const shown = { schoolName: '实验小学', maskedName: '张*', changedAt: '' };
const hub: HubRecord = { province: 'p-37', isDeleted: false, ...same, ...shown };
const found: FoundRecord = { studentId: 's', custody: 'active', ...same, ...shown };
const claim = {
  claimNo: 5,
  province: 'p-37' as NodeId,
  studentId: 's',
  studentNumber: 'G1',
  isOfIdentity: true,
  ...shown,
};

function answer(province: NodeId, record: Partial<FoundRecord> | null, more: Partial<Answer> = {}): Answer {
  return { province, record: record && { ...found, ...record }, hub, isMoving: false, ...more };
}
function suspicion(answers: readonly Answer[], more: Partial<Suspicion> = {}): Suspicion {
  const nothing = { silent: [], identityShared: [], numberShared: [] };
  return { studentId: 's', hub, answers, claims: [claim], ...nothing, ...more };
}
const kinds = (one: Suspicion): string[] => differencesOf(one).map(({ kind }) => kind);

describe('what differs (invariants I01, I02)', () => {
  test('nothing, where both sides say the same', () => {
    expect(kinds(suspicion([answer('p-37', {})]))).toEqual([]);
  });

  test('nothing is said while a transfer is under way, or when the holder has changed between two answers', () => {
    expect(kinds(suspicion([answer('p-37', null, { isMoving: true })]))).toEqual([]);
    const moved = answer('p-44', {}, { hub: { ...hub, province: 'p-44', epoch: 1 } });
    const both = suspicion([answer('p-37', null), moved]);
    expect([kinds(both), isUndecided(both)]).toEqual([[], true]);
  });

  test('a deleted record needs no claim, and one that it still has is to end', () => {
    const deleted = { ...hub, isDeleted: true };
    const of = (claims: Suspicion['claims']) =>
      suspicion([answer('p-37', {}, { hub: deleted })], { hub: deleted, claims });
    expect(kinds(of([]))).toEqual([]);
    expect(differencesOf(of([claim]))).toMatchObject([{ kind: 'claim-without-record', fix: 'end-claim' }]);
  });

  test('that a record is nowhere is only said when all have answered', () => {
    expect(kinds(suspicion([answer('p-37', null)]))).toEqual(['at-none']);
    expect(kinds(suspicion([answer('p-37', null)], { silent: ['p-44'] }))).toEqual([]);
  });

  test('a holder that is silent is not said to have lost the record', () => {
    expect(kinds(suspicion([answer('p-44', {})], { silent: ['p-37'] }))).toEqual([]);
  });

  test('a copy that has been released is no second home', () => {
    expect(kinds(suspicion([answer('p-37', {}), answer('p-44', { custody: 'moved-out' })]))).toEqual([]);
  });

  test('three copies, none of them with the holder, are for people', () => {
    const three = suspicion([answer('p-37', null), answer('p-44', {}), answer('p-46', {})]);
    expect(differencesOf(three)).toEqual([{ kind: 'at-two', province: 'p-44', fix: 'by-people' }]);
  });

  test('a claim of another pupil is not taken away from them', () => {
    const of = suspicion([answer('p-37', {})], { claims: [{ ...claim, studentId: 'another' }] });
    expect(differencesOf(of)).toEqual([{ kind: 'record-without-claim', province: 'p-37', fix: 'by-people' }]);
  });

  test('of a group the pupil with the lowest id is named', () => {
    expect(kinds(suspicion([answer('p-37', {})], { identityShared: ['t'] }))).toEqual(['identity-twice']);
    expect(kinds(suspicion([answer('p-37', {})], { identityShared: ['a'] }))).toEqual([]);
  });
});

describe('by night', () => {
  const at = (text: string): number => Date.parse(text);
  test('once a night, from two until five in China', () => {
    expect(isDue(at('2026-11-26T17:59:00Z'), undefined)).toBe(false);
    expect(isDue(at('2026-11-26T18:00:00Z'), '2026-11-25T18:00:10.000Z')).toBe(true);
    expect(isDue(at('2026-11-26T18:30:00Z'), '2026-11-26T18:00:10.000Z')).toBe(false);
    expect(isDue(at('2026-11-26T21:00:00Z'), undefined)).toBe(false);
    expect(nextRunAt(at('2026-11-26T18:30:00Z'))).toBe(at('2026-11-27T18:00:00Z'));
  });
});
