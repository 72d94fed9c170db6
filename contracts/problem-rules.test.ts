import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GroupStanding, Handling, MemberStanding } from './problem-rules.ts';
import {
  arbitrated,
  cameBack,
  carriedOut,
  consequenceOf,
  handedIn,
  handlingsOf,
  joined,
  keeperOf,
} from './problem-rules.ts';
import { reasonAgainstHandling, turnOf } from './problem-rules.ts';

const member = (studentId: string, since: string, claimNo = 0): MemberStanding => ({
  studentId,
  since,
  claimNo,
  state: 'waiting',
  lost: false,
});
const group = (...members: MemberStanding[]): GroupStanding => ({
  kind: 'identity-held-twice',
  state: 'open',
  revision: 1,
  members,
});
const two = group(member('early', '2016-09-01T00:00:00Z', 1), member('late', '2018-09-01T00:00:00Z', 2));
const states = (one: GroupStanding): string => one.members.map(({ state }) => state).join(' ');

test('the one registered later handles first; of the same instant the one with the higher claim number', () => {
  expect(turnOf(two)).toBe('late');
  expect(turnOf(group(member('a', '2016', 7), member('b', '2016', 5)))).toBe('a');
  expect(reasonAgainstHandling(two, 'early', 'delete')).toContain('轮到对方');
  expect(reasonAgainstHandling(two, 'late', 'attest')).toBeUndefined();
});

test('变更 or 删除 of one side attests the other and ends the group', () => {
  for (const handling of ['change', 'delete'] as const) {
    const ended = carriedOut(handedIn(two, 'late'), 'late', handling);
    expect([ended.state, turnOf(ended), keeperOf(ended)]).toEqual(['closed', null, 'early']);
    expect(ended.revision).toBe(3);
  }
});

test('佐证 hands the turn to the earlier one; both 佐证 go to arbitration, and the loser may only change or go', () => {
  const attested = carriedOut(handedIn(two, 'late'), 'late', 'attest');
  expect(turnOf(attested)).toBe('early');
  const both = carriedOut(handedIn(attested, 'early'), 'early', 'attest');
  expect([both.state, turnOf(both)]).toEqual(['arbitration', null]);
  const decided = arbitrated(both, 'late');
  expect([decided.state, turnOf(decided), keeperOf(decided)]).toEqual(['open', 'early', 'late']);
  expect(handlingsOf(decided.kind, decided.members[0]!)).toEqual(['change', 'delete']);
  expect(reasonAgainstHandling(decided, 'early', 'attest')).toBe('仲裁不通过，只能选择变更或删除');
  const ended = carriedOut(handedIn(decided, 'early'), 'early', 'change');
  expect([ended.state, states(ended)]).toEqual(['closed', 'changed cleared']);
});

test('of three, each acts in its turn; the last one left is attested by itself', () => {
  const three = joined(two, { studentId: 'middle', since: '2017-09-01T00:00:00Z', claimNo: 3 });
  const one = carriedOut(handedIn(three, 'late'), 'late', 'delete');
  expect([one.state, turnOf(one)]).toEqual(['open', 'middle']);
  expect(consequenceOf(three, 'late', 'delete')).toContain('其余2条');
  const ended = carriedOut(handedIn(one, 'middle'), 'middle', 'change');
  expect([ended.state, keeperOf(ended)]).toEqual(['closed', 'early']);
});

test('the only one of its group is cleared by 佐证, and a wrong check digit can only be changed or go', () => {
  const alone: GroupStanding = { ...group(member('one', '2016')), kind: 'name-mismatch' };
  expect(carriedOut(handedIn(alone, 'one'), 'one', 'attest')).toMatchObject({ state: 'closed' });
  expect(states(carriedOut(handedIn(alone, 'one'), 'one', 'attest'))).toBe('cleared');
  expect(carriedOut(handedIn(alone, 'one'), 'one', 'change').state).toBe('closed');
  expect(reasonAgainstHandling({ ...alone, kind: 'check-digit' }, 'one', 'attest')).toContain('校验位');
});

test('what came back is the same one’s turn again', () => {
  const review = handedIn(two, 'late');
  expect(reasonAgainstHandling(review, 'late', 'delete')).toBe('该学籍的处理申请正在审核');
  expect(turnOf(cameBack(review, 'late'))).toBe('late');
});

test('whatever is chosen, a group waits for exactly one party or has ended with one keeper at most (L04)', () => {
  const acts = fc.array(fc.record({ pick: fc.nat(2), back: fc.boolean(), join: fc.nat(9) }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), acts, (count, choices) => {
      let now = group(...Array.from({ length: count }, (_, index) => member(`m${index}`, `201${index}`, index + 1)));
      for (const { pick, back, join } of choices) {
        if (now.state === 'closed') break;
        const turn = turnOf(now);
        expect(turn === null).toBe(now.state === 'arbitration');
        if (join === 0 && now.members.length < 6)
          now = joined(now, {
            studentId: `m${now.members.length}`,
            since: `201${pick}`,
            claimNo: 10 + now.members.length,
          });
        else if (turn === null)
          now = arbitrated(now, now.members.find(({ state }) => state !== 'changed' && state !== 'deleted')!.studentId);
        else {
          const may = handlingsOf(
            now.kind,
            now.members.find(({ studentId }) => studentId === turn)!,
          );
          const handling = may[pick % may.length] as Handling;
          expect(reasonAgainstHandling(now, turn, handling)).toBeUndefined();
          const review = handedIn(now, turn);
          now = back ? cameBack(review, turn) : carriedOut(review, turn, handling);
        }
      }
      if (now.state !== 'closed') return;
      expect(now.members.filter(({ state }) => state === 'cleared').length).toBeLessThanOrEqual(1);
      expect(states(now)).not.toMatch(/waiting|in-review|attested/);
    }),
    { numRuns: 100 },
  );
});
